# Guess the number: a program that asks.

import random

secret = random.randint(1, 100)
print("I am thinking of a number from 1 to 100.")

for attempt in range(1, 8):
    try:
        guess = int(input(f"Guess {attempt} of 7: "))
    except ValueError:
        print("That is no number.")
        continue
    match (guess > secret) - (guess < secret):
        case 0:
            print(f"Yes! You needed {attempt}.")
            break
        case 1:
            print("Lower.")
        case -1:
            print("Higher.")
else:
    print(f"It was {secret}.")
