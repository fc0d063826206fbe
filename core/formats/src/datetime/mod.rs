//! The kernel of `_datetime`: pure calendar and clock arithmetic.
//!
//! `calendar` converts between dates, ordinals and ISO weeks and checks ranges; `delta` normalises and shows durations;
//! `iso` writes and reads ISO 8601 text. Years are 1 to 9999 in the proleptic Gregorian calendar and nothing knows of
//! time zones beyond fixed offsets. Classes, `tzinfo` calls and `strftime` are built on top of this elsewhere.

mod calendar;
mod delta;
mod iso;

pub use calendar::{
    Date, MAX_ORDINAL, MAX_YEAR, MIN_YEAR, Time, check_date, check_time, ctime, day_of_year, days_before_month,
    days_before_year, days_in_month, from_iso_calendar, from_ordinal, is_leap, iso_calendar, iso_week1_monday,
    to_ordinal, weekday,
};
pub use delta::{Accumulator, Delta, MAX_DELTA_DAYS};
pub use iso::{IsoError, Timespec, format_date, format_offset, format_time, parse_date, parse_datetime, parse_time};
