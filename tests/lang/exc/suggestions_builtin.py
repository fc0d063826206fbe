x = pirnt(1)
# expect-error: NameError: name 'pirnt' is not defined. Did you mean: 'print'?
