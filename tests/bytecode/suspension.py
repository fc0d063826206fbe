def generator(xs):
    x = yield 1
    y = yield from xs
    return x, y


async def coroutine(a):
    async with a as b:
        async for x in b:
            await x
    return [k async for k in b]
