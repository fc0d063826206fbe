class Config:
    timeout = 1
    def run(self): return tiemout
try:
    Config().timeuot
except AttributeError as e:
    raise
