import sys
def hook(t, v, tb):
    print("hook", t.__name__, v, tb.tb_lineno)
sys.excepthook = hook
raise ValueError("to the hook")
# exit: 1
# expect: hook ValueError to the hook 5
