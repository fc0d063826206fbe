raise SystemExit(256 + 5)
# exit: 5
