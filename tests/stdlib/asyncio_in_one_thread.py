# An event loop needs timers and a pair of sockets, no network and no other thread.
import asyncio, concurrent.futures, contextvars, logging, logging.config, queue, select, socket, threading, time
order = []
async def work(name, delay):
    await asyncio.sleep(delay)
    order.append(name)
    return name
async def main():
    start = time.monotonic()
    print(await asyncio.gather(work(1, 0.04), work(2, 0.02), work(3, 0)), order)  # expect: [1, 2, 3] [3, 2, 1]
    print(0.03 < time.monotonic() - start < 1)  # expect: True
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError:
        print("timeout")  # expect: timeout
    q = asyncio.Queue()
    async def produce():
        for i in range(3):
            await q.put(i)
    async with asyncio.TaskGroup() as group:
        group.create_task(produce())
        print([await q.get() for _ in range(3)])  # expect: [0, 1, 2]
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon_threadsafe(future.set_result, "woken")
    print(await future)  # expect: woken
asyncio.run(main())
a, b = socket.socketpair()
a.setblocking(False)
try:
    a.recv(1)
except BlockingIOError as e:
    print(type(e).__name__)  # expect: BlockingIOError
print(select.select([a], [a], [], 0) == ([], [a], []))  # expect: True
b.sendall(b"hello")
print(select.select([a], [], [], 1)[0] == [a], a.recv(3), a.recv(9))  # expect: True b'hel' b'lo'
b.close()
print(a.recv(1))  # expect: b''
a.close()
local = threading.local()
local.x = 1
print(local.x, queue.Queue().empty(), logging.getLogger("a").name)  # expect: 1 True a
