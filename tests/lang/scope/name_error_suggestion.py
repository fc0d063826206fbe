# The message stays plain; the traceback adds the suggestion.
counter = 1
print(countr)
# expect-error: NameError: name 'countr' is not defined. Did you mean: 'counter'?
