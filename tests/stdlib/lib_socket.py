# needs: network threads
# Sockets on the loopback: pairs, a server and its client, timeouts, errors, address conversions.
import socket
import threading

a, b = socket.socketpair()
a.sendall(b"hi")
print(b.recv(10))  # expect: b'hi'
a.close()
print(b.recv(10))  # expect: b''
b.close()

server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]


def serve():
    client, address = server.accept()
    with client:
        client.sendall(client.recv(100).upper())


thread = threading.Thread(target=serve)
thread.start()
with socket.create_connection(("localhost", port), timeout=10) as client:
    client.sendall(b"abc")
    buffer = bytearray(10)
    print(client.recv_into(buffer), bytes(buffer[:3]))  # expect: 3 b'ABC'
    print(client.getpeername() == ("127.0.0.1", port))  # expect: True
thread.join()

server.settimeout(0.05)
try:
    server.accept()
except TimeoutError as e:
    print(e)  # expect: timed out
server.close()
try:
    server.accept()
except OSError as e:
    print(e)  # expect: [Errno 9] Bad file descriptor

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two:
    one.bind(("127.0.0.1", 0))
    two.sendto(b"datagram", one.getsockname())
    data, sender = one.recvfrom(100)
    print(data, sender[0])  # expect: b'datagram' 127.0.0.1
    one.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    print(one.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST))  # expect: 1
    one.setblocking(False)
    try:
        one.recv(1)
    except BlockingIOError as e:
        print(e.errno == 11)  # expect: True

for address, error in [(("127.0.0.1", 99999), OverflowError), ("127.0.0.1", TypeError), (("127.0.0.1",), TypeError)]:
    with socket.socket() as s:
        try:
            s.bind(address)
        except error as e:
            print(e)
# expect: bind(): port must be 0-65535.
# expect: bind(): AF_INET address must be tuple, not str
# expect: AF_INET address must be a pair (host, port)

print(socket.inet_pton(socket.AF_INET6, "::1")[-2:], socket.inet_ntoa(b"\x7f\0\0\1"))  # expect: b'\x00\x01' 127.0.0.1
print(socket.ntohs(socket.htons(80)), socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0][4])  # expect: 80 ('127.0.0.1', 80)
