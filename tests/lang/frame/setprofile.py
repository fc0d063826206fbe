import sys
events = []
def prof(frame, event, arg):
    events.append((event, frame.f_code.co_name if "c_" not in event else arg.__name__))
def f():
    len([])
    return abs(-1)
sys.setprofile(prof)
f()
sys.setprofile(None)
print(events)  # expect: [('call', 'f'), ('c_call', 'len'), ('c_return', 'len'), ('c_call', 'abs'), ('c_return', 'abs'), ('return', 'f'), ('c_call', 'setprofile')]
