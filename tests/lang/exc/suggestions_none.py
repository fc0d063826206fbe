completely_unlike_anything
# expect-error: NameError: name 'completely_unlike_anything' is not defined
