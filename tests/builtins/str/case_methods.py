s = "hELLO wORLD ß ǆ İ ﬁ ÿ"
print(s.upper()); print(s.lower()); print(s.title()); print(s.capitalize()); print(s.swapcase()); print(s.casefold())
# expect: HELLO WORLD SS Ǆ İ FI Ÿ
# expect: hello world ß ǆ i̇ ﬁ ÿ
# expect: Hello World Ss ǅ İ Fi Ÿ
# expect: Hello world ß ǆ i̇ ﬁ ÿ
# expect: Hello World SS Ǆ i̇ FI Ÿ
# expect: hello world ss ǆ i̇ fi ÿ
print("ΑΣ".lower(), "ΑΣΑ".lower(), "Σ".lower(), "ΑΣ.".lower(), "they're bill's".title(), "x1y2".title(), "ŉ".upper(), "ǰ".title(), "ᾳ".upper(), "ᾳ".title(), "K".lower())  # expect: ας ασα σ ας. They'Re Bill'S X1Y2 ʼN J̌ ΑΙ ᾼ k
print("".upper(), "123".title(), "ß".upper(), "ẞ".lower(), "ß".casefold(), "ſ".upper(), "ı".upper(), "i̇".upper(), "ﬀ".title(), "Ǆ".swapcase(), "𐐀".lower(), "𐐨".upper())  # expect:  123 SS ß ss S I İ Ff ǆ 𐐨 𐐀
