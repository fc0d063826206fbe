def naïve(x):
    return "日本語" + x.缺失 + "end"
naïve("é")
