# needs: os
import asyncio
async def work(n, d):
    await asyncio.sleep(d)
    return n * 2
async def main():
    print(await work(1, 0), await asyncio.gather(work(2, 0.02), work(3, 0.01)))
    t = asyncio.create_task(work(5, 10))
    await asyncio.sleep(0)
    t.cancel()
    try:
        await t
    except asyncio.CancelledError:
        print("cancelled", t.cancelled())
    try:
        await asyncio.wait_for(work(1, 10), 0.01)
    except TimeoutError:
        print("timeout")
    q = asyncio.Queue(1)
    async def prod():
        for i in range(3): await q.put(i)
        await q.put(None)
    p = asyncio.create_task(prod())
    got = []
    while (x := await q.get()) is not None: got.append(x)
    print(got)
    done, pending = await asyncio.wait([asyncio.create_task(work(i, i / 100)) for i in range(3)], return_when=asyncio.FIRST_COMPLETED)
    print(len(done) >= 1, len(done) + len(pending))
    sem = asyncio.Semaphore(1)
    async with sem: print(sem.locked())
    print([await f for f in asyncio.as_completed([work(1, 0.03), work(2, 0.01)])])
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(work(1, 1))
            raise KeyError("body")
    except* KeyError as e:
        print(repr(e.exceptions[0]))
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    loop.call_later(0.01, f.set_result, "later")
    print(await f, await asyncio.shield(work(9, 0)), await asyncio.to_thread(len, "abc"))
    return "result"
print(asyncio.run(main()))
# expect: 2 [4, 6]
# expect: cancelled True
# expect: timeout
# expect: [0, 1, 2]
# expect: True 3
# expect: True
# expect: [4, 2]
# expect: KeyError('body')
# expect: later 18 3
# expect: result
