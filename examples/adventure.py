"""A small text adventure. Commands come from standard input: try `krait examples/adventure.py`.

Commands: look, go DIRECTION (or just n, s, e, w), take THING, drop THING, use THING, inventory, quit.
"""


class Room:
    def __init__(self, name, text):
        self.name, self.text = name, text
        self.exits, self.things = {}, []
        self.locked = {}

    def connect(self, direction, other, *, locked_by=None):
        back = {"north": "south", "south": "north", "east": "west", "west": "east"}[direction]
        self.exits[direction] = other
        other.exits[back] = self
        if locked_by:
            self.locked[direction] = locked_by


class Game:
    def __init__(self):
        hall = Room("Hall", "Dust lies on a long table. Someone left in a hurry.")
        kitchen = Room("Kitchen", "Copper pans, cold ashes, a smell of thyme.")
        cellar = Room("Cellar", "It is dark, and something drips.")
        garden = Room("Garden", "Night air. The gate to the road stands open.")
        hall.connect("east", kitchen)
        kitchen.connect("north", cellar)
        hall.connect("south", garden, locked_by="key")
        kitchen.things += ["lamp", "knife"]
        cellar.things.append("key")
        self.dark = {cellar}
        self.here, self.goal = hall, garden
        self.bag, self.lit, self.moves, self.running = [], False, 0, True

    def look(self):
        print(f"\n== {self.here.name} ==")
        if self.here in self.dark and not self.lit:
            print("It is too dark to see anything.")
            return
        print(self.here.text)
        if self.here.things:
            print("You see:", ", ".join(self.here.things) + ".")
        print("Exits:", ", ".join(sorted(self.here.exits)) + ".")

    def go(self, direction):
        direction = {"n": "north", "s": "south", "e": "east", "w": "west"}.get(direction, direction)
        if direction not in self.here.exits:
            print("You cannot go that way.")
        elif direction in self.here.locked:
            print("The door is locked.")
        else:
            self.here = self.here.exits[direction]
            self.look()
            if self.here is self.goal:
                print(f"\nYou are free, after {self.moves} moves. Well done!")
                self.running = False

    def take(self, thing):
        if self.here in self.dark and not self.lit:
            print("You feel around in the dark and find nothing.")
        elif thing in self.here.things:
            self.here.things.remove(thing)
            self.bag.append(thing)
            print(f"Taken: {thing}.")
        else:
            print(f"There is no {thing or 'such thing'} here.")

    def use(self, thing):
        if thing not in self.bag:
            print(f"You have no {thing or 'such thing'}.")
            return
        for direction, needed in list(self.here.locked.items()):
            if needed == thing:
                del self.here.locked[direction]
                print(f"Click. The way {direction} is open.")
                return
        if thing == "lamp":
            self.lit = not self.lit
            print("The lamp is", "burning." if self.lit else "out.")
        else:
            print("Nothing happens.")

    def obey(self, line):
        match line.lower().split():
            case []:
                return
            case ["quit" | "exit"]:
                print("You sit down and wait for the morning.")
                self.running = False
                return
            case ["look" | "l"]:
                self.look()
            case ["go", direction] | [("n" | "s" | "e" | "w" | "north" | "south" | "east" | "west") as direction]:
                self.go(direction)
            case ["take" | "get", thing]:
                self.take(thing)
            case ["drop", thing] if thing in self.bag:
                self.bag.remove(thing)
                self.here.things.append(thing)
                print(f"Dropped: {thing}.")
            case ["use", thing]:
                self.use(thing)
            case ["inventory" | "i"]:
                print("You carry", ", ".join(self.bag) or "nothing", end=".\n")
            case [verb, *rest]:
                print(f"I do not know how to {verb}{' ' + ' '.join(rest) if rest else ''}.")
        self.moves += 1


def main():
    game = Game()
    game.look()
    while game.running:
        try:
            game.obey(input("> "))
        except EOFError:
            print("\nThe candle goes out.")
            break


main()
