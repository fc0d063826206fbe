"""An asyncio chat room in one process: a server task, clients that talk over queues, a bot.

Run it as `krait examples/chat.py`. The short sleeps only put the messages in order.
"""
# needs: os
import asyncio


class Room:
    def __init__(self, name):
        self.name = name
        self.members = {}
        self.log = []

    async def join(self, who):
        inbox = asyncio.Queue()
        self.members[who] = inbox
        await self.say("*", f"{who} joined {self.name}")
        return inbox

    async def leave(self, who):
        del self.members[who]
        await self.say("*", f"{who} left")

    async def say(self, who, text):
        self.log.append((who, text))
        for member, inbox in self.members.items():
            if member != who:
                await inbox.put((who, text))


async def client(room, who, lines, heard):
    inbox = await room.join(who)

    async def listen():
        while True:
            sender, text = await inbox.get()
            heard.append(f"{who} heard {sender}: {text}")

    listener = asyncio.create_task(listen(), name=f"{who}-listener")
    try:
        for delay, line in lines:
            await asyncio.sleep(delay)
            await room.say(who, line)
        await asyncio.sleep(0.06)
    finally:
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)
        await room.leave(who)


async def echo_bot(room, stop):
    inbox = await room.join("bot")
    while not stop.is_set():
        try:
            async with asyncio.timeout(0.4):
                sender, text = await inbox.get()
        except TimeoutError:
            break
        if text.startswith("!"):
            command, *rest = text[1:].split()
            answer = {"sum": lambda: sum(map(int, rest)), "shout": lambda: " ".join(rest).upper()}.get(command)
            await room.say("bot", f"{sender}: {answer()}" if answer else f"{sender}: what is {command}?")
    return "bot done"


async def main():
    room, heard, stop = Room("#python"), [], asyncio.Event()
    async with asyncio.TaskGroup() as group:
        bot = group.create_task(echo_bot(room, stop))
        await asyncio.sleep(0)
        group.create_task(client(room, "ada", [(0.04, "hello"), (0.12, "!sum 1 2 39")], heard))
        group.create_task(client(room, "bob", [(0.1, "hi ada"), (0.16, "!shout quiet please"), (0.06, "!dance")], heard))
    for who, text in room.log:
        print(f"<{who}> {text}")
    print("--", bot.result(), "--")
    print(len(heard), "messages heard; the bot said", sum(who == "bot" for who, _ in room.log))
    for line in sorted(heard)[:3]:
        print(line)

    # What happens to the others when one task fails.
    async def fails():
        await asyncio.sleep(0.01)
        raise ValueError("lost connection")

    async def waits():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            print("the waiting one is cancelled")
            raise

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(waits())
            group.create_task(fails())
    except* ValueError as errors:
        print("caught", *errors.exceptions)


asyncio.run(main())
