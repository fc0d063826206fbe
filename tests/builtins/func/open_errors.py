# needs: os
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
t(lambda: open("/nonexistent/file"))  # expect: FileNotFoundError [Errno 2] No such file or directory: '/nonexistent/file'
t(lambda: open("/nonexistent/file", "w"))  # expect: FileNotFoundError [Errno 2] No such file or directory: '/nonexistent/file'
t(lambda: open("/", "w"))  # expect: IsADirectoryError [Errno 21] Is a directory: '/'
t(lambda: open("x", "zz"))  # expect: ValueError invalid mode: 'zz'
t(lambda: open("x", "rw"))  # expect: ValueError must have exactly one of create/read/write/append mode
t(lambda: open("x", "rbt"))  # expect: ValueError can't have text and binary mode at once
t(lambda: open("x", ""))  # expect: ValueError Must have exactly one of create/read/write/append mode and at most one plus
t(lambda: open("x", "rb", encoding="utf-8"))  # expect: ValueError binary mode doesn't take an encoding argument
t(lambda: open("x", "r", buffering=0))  # expect: FileNotFoundError [Errno 2] No such file or directory: 'x'
t(lambda: open("a\0b"))  # expect: ValueError embedded null byte
t(lambda: open(1.5))  # expect: TypeError expected str, bytes or os.PathLike object, not float
t(lambda: open(9999))  # expect: OSError [Errno 9] Bad file descriptor
t(lambda: open("x", newline="q"))  # expect: FileNotFoundError [Errno 2] No such file or directory: 'x'
