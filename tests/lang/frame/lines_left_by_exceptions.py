def last_line(function):
    try:
        function()
    except Exception as e:
        frame = e.__traceback__.tb_next.tb_frame
        print(function.__name__, frame.f_lineno - frame.f_code.co_firstlineno)
def in_try():
    try:
        1 / 0
    finally:
        pass
def unmatched():
    try:
        1 / 0
    except TypeError as e:
        pass
def in_handler():
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise KeyError
        pass
class Manager:
    def __enter__(self): return self
    def __exit__(self, *args): pass
def in_with():
    with Manager():
        x = 1
        1 / 0
        x = 2
for function in in_try, unmatched, in_handler, in_with:
    last_line(function)
# expect: in_try 4
# expect: unmatched 3
# expect: in_handler 4
# expect: in_with 3
