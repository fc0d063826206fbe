# A tracer sees what is called after it was set, in whatever form it was set.
import sys

seen = []


def tracer(frame, event, arg):
    seen.append(frame.f_code.co_name)


def one():
    pass


class Sets:
    def __call__(self):
        sys.settrace(tracer)

    def __lt__(self, other):
        sys.settrace(tracer)
        return True


def stop(how):
    sys.settrace(None)
    print(how, seen)
    seen.clear()


sys.settrace(tracer)
one()
stop("call")  # expect: call ['one', 'stop']
sys.settrace(*[tracer])
one()
stop("star")  # expect: star ['one', 'stop']
list(map(sys.settrace, [tracer]))
one()
stop("map")  # expect: map ['one', 'stop']
Sets()()
one()
stop("instance")  # expect: instance ['one', 'stop']
Sets() < 1
one()
stop("comparison")  # expect: comparison ['one', 'stop']
