//! Calendars, durations and ISO text against CPython's `_datetime`.

mod common;

use common::{rows, text};
use krait_formats::Failure;
use krait_formats::datetime::{
    Accumulator, Date, IsoError, Time, Timespec, check_date, ctime, day_of_year, format_date, format_offset,
    format_time, from_iso_calendar, from_ordinal, iso_calendar, parse_date, parse_datetime, parse_time, to_ordinal,
    weekday,
};

const DAY: i64 = 86_400_000_000;

fn accept(offset: i64) -> Result<(), IsoError> {
    if offset.abs() < DAY { Ok(()) } else { Err(Failure::value("offset").into()) }
}

fn date(date: Date) -> String {
    format!("{} {} {}", date.year, date.month, date.day)
}

fn time(time: Time, offset: Option<i64>) -> String {
    let offset = offset.map_or("none".to_owned(), |offset| offset.to_string());
    format!("{} {} {} {} {offset}", time.hour, time.minute, time.second, time.microsecond)
}

fn iso_error(error: IsoError) -> String {
    match error {
        IsoError::Malformed => "malformed".to_owned(),
        IsoError::Failure(failure) if failure.message == "offset" => "offset".to_owned(),
        IsoError::Failure(failure) => format!("!{}", failure.message),
    }
}

fn delta(cell: &str) -> Result<String, Failure> {
    const SECOND: i64 = 1_000_000;
    let factors = [1, 1000, SECOND, 60 * SECOND, 3600 * SECOND, DAY, 7 * DAY];
    let mut sum = Accumulator::default();
    for (part, factor) in cell.split(' ').zip(factors) {
        match part.split_at(1) {
            ("i", value) => sum.add_int(value.parse().unwrap(), factor).unwrap(),
            (_, bits) => sum.add_float(f64::from_bits(u64::from_str_radix(bits, 16).unwrap()), factor)?,
        }
    }
    let delta = sum.finish()?;
    let parts = format!("{} {} {}", delta.days, delta.seconds, delta.microseconds);
    Ok(format!("{parts}|{delta}|{}|{:016x}", delta.repr_arguments(), delta.total_seconds().to_bits()))
}

#[test]
fn table() {
    rows("datetime", |cells| {
        let number = |at: usize| cells[at].parse::<i32>().unwrap();
        let shown = |failure: Failure| format!("!{failure}");
        let last = cells[cells.len() - 1].to_owned();
        match cells[0] {
            "date" => (parse_date(text(cells[1]).as_ref()).map_or_else(iso_error, date), last),
            "time" => {
                let found = parse_time(text(cells[1]).as_ref(), accept);
                (found.map_or_else(iso_error, |(value, offset)| time(value, offset)), last)
            }
            "datetime" => {
                let found = parse_datetime(text(cells[1]).as_ref(), accept);
                (found.map_or_else(iso_error, |(d, t, offset)| format!("{} {}", date(d), time(t, offset))), last)
            }
            "ordinal" => {
                let day = from_ordinal(number(1));
                let (year, week, iso_day) = iso_calendar(day);
                let facts = [weekday(day), year, week, iso_day, day_of_year(day)].map(|n| n.to_string()).join("\t");
                let parts = date(day).replace(' ', "\t");
                (format!("{}\t{parts}\t{facts}", to_ordinal(day)), cells[1..].join("\t"))
            }
            "week" => (from_iso_calendar(number(1), number(2), number(3)).map_or_else(shown, format_date), last),
            "check" => (check_date(number(1), number(2), number(3)).map_or_else(shown, format_date), last),
            "format" => {
                let day = Date { year: number(1), month: number(2), day: number(3) };
                let clock = Time { hour: number(4), minute: number(5), second: number(6), microsecond: number(7) };
                let spec = Timespec::from_name(text("-").as_ref()).unwrap_err();
                assert_eq!(spec.message, "Unknown timespec value");
                let spec = Timespec::from_name(krait_text::StrRef::latin1(cells[8].as_bytes())).unwrap();
                let found = format!("{}T{}\t{}", format_date(day), format_time(clock, spec), ctime(day, clock));
                (found, cells[9..].join("\t"))
            }
            "offset" => (format_offset(cells[1].parse().unwrap(), ":"), last),
            _ => (delta(cells[1]).unwrap_or_else(shown), last),
        }
    });
}
