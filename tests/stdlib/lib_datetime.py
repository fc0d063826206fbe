from datetime import *
d = date(2024, 2, 29)
print(d, d + timedelta(days=1), d.replace(year=2023, day=28), d.weekday(), d.isocalendar(), d.isoformat(), d.strftime("%a %d %b %Y %j"), date.fromisoformat("2024-12-31"), date(2024, 1, 1) - date(2023, 1, 1), d < date(2025, 1, 1), d.toordinal(), date.fromordinal(1), d.timetuple()[:3], repr(d))  # expect: 2024-02-29 2024-03-01 2023-02-28 3 datetime.IsoCalendarDate(year=2024, week=9, weekday=4) 2024-02-29 Thu 29 Feb 2024 060 2024-12-31 365 days, 0:00:00 True 738945 0001-01-01 (2024, 2, 29) datetime.date(2024, 2, 29)
t = datetime(2024, 5, 6, 7, 8, 9, 123456)
print(t, t.date(), t.time(), t + timedelta(hours=20, microseconds=1), t.isoformat(" ", "minutes"), datetime.fromisoformat("2024-05-06T07:08:09.5+02:00"), t.replace(tzinfo=timezone.utc).isoformat(), t.strftime("%H:%M:%S.%f %p"), datetime.strptime("06/05/24 07:08", "%d/%m/%y %H:%M"), repr(t), f"{t:%Y}")  # expect: 2024-05-06 07:08:09.123456 2024-05-06 07:08:09.123456 2024-05-07 03:08:09.123457 2024-05-06 07:08 2024-05-06 07:08:09.500000+02:00 2024-05-06T07:08:09.123456+00:00 07:08:09.123456 AM 2024-05-06 07:08:00 datetime.datetime(2024, 5, 6, 7, 8, 9, 123456) 2024
z = timezone(timedelta(hours=5, minutes=30), "IST")
print(datetime(2024, 1, 1, 12, tzinfo=z).astimezone(timezone.utc), z, datetime(1970, 1, 2, tzinfo=timezone.utc).timestamp(), datetime.fromtimestamp(0, timezone.utc), timezone.utc)  # expect: 2024-01-01 06:30:00+00:00 IST 86400.0 1970-01-01 00:00:00+00:00 UTC
print(timedelta(days=-1, seconds=5), timedelta(hours=25) / 2, timedelta(1) // timedelta(hours=7), divmod(timedelta(1), timedelta(hours=7)), timedelta(milliseconds=1500).total_seconds(), abs(timedelta(-1)), repr(timedelta(1, 2, 3)), str(timedelta(100, 1)), time(1, 2, 3), time.fromisoformat("04:05"), timedelta(1) * 2.5)  # expect: -1 day, 0:00:05 12:30:00 3 (3, datetime.timedelta(seconds=10800)) 1.5 1 day, 0:00:00 datetime.timedelta(days=1, seconds=2, microseconds=3) 100 days, 0:00:01 01:02:03 04:05:00 2 days, 12:00:00
for f in (lambda: date(2023, 2, 29), lambda: date(0, 1, 1), lambda: datetime(2024, 13, 1), lambda: time(25), lambda: date.fromisoformat("x"), lambda: date.max + timedelta(1), lambda: t - datetime(2024, 1, 1, tzinfo=z), lambda: t < d, lambda: datetime.strptime("x", "%Y"), lambda: timezone(timedelta(hours=25))):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
# expect: ValueError day 29 must be in range 1..28 for month 2 in year 2023
# expect: ValueError year must be in 1..9999, not 0
# expect: ValueError month must be in 1..12, not 13
# expect: ValueError hour must be in 0..23, not 25
# expect: ValueError Invalid isoformat string: 'x'
# expect: OverflowError date value out of range
# expect: TypeError can't subtract offset-naive and offset-aware datetimes
# expect: TypeError '<' not supported between instances of 'datetime.datetime' and 'datetime.date'
# expect: ValueError time data 'x' does not match format '%Y'
# expect: ValueError offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not datetime.timedelta(days=1, seconds=3600)
