//! ISO 8601 text, as `isoformat()` writes it and the three `fromisoformat()` read it.
//!
//! Reading accepts the formats CPython 3.14 accepts: basic and extended dates, week dates, any single character
//! between date and time, fractions of any length, `24:00`, and offsets down to microseconds.

use krait_text::{StrBuf, StrRef};

use super::calendar::{Date, Time, check_date, check_time, days_in_month, from_iso_calendar};
use crate::failure::Failure;

/// Why a text was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IsoError {
    /// `ValueError(f"Invalid isoformat string: {text!r}")`.
    Malformed,
    /// Well-formed, but some part is out of range.
    Failure(Failure),
}

impl From<Failure> for IsoError {
    fn from(failure: Failure) -> IsoError {
        IsoError::Failure(failure)
    }
}

type Result<T> = std::result::Result<T, IsoError>;

/// How much of a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timespec {
    Auto,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl Timespec {
    pub fn from_name(name: StrRef<'_>) -> std::result::Result<Timespec, Failure> {
        let known = [
            ("auto", Timespec::Auto),
            ("hours", Timespec::Hours),
            ("minutes", Timespec::Minutes),
            ("seconds", Timespec::Seconds),
            ("milliseconds", Timespec::Milliseconds),
            ("microseconds", Timespec::Microseconds),
        ];
        let found = known.into_iter().find(|(known, _)| name.eq_str(known));
        found.map(|(_, spec)| spec).ok_or_else(|| Failure::value("Unknown timespec value"))
    }
}

pub fn format_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

pub fn format_time(time: Time, spec: Timespec) -> String {
    let Time { hour, minute, second, microsecond } = time;
    match spec {
        Timespec::Hours => format!("{hour:02}"),
        Timespec::Minutes => format!("{hour:02}:{minute:02}"),
        Timespec::Auto if microsecond == 0 => format!("{hour:02}:{minute:02}:{second:02}"),
        Timespec::Seconds => format!("{hour:02}:{minute:02}:{second:02}"),
        Timespec::Milliseconds => format!("{hour:02}:{minute:02}:{second:02}.{:03}", microsecond / 1000),
        Timespec::Auto | Timespec::Microseconds => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
    }
}

/// An offset from UTC in microseconds as `+05:30`, with seconds and microseconds only where needed.
pub fn format_offset(offset: i64, separator: &str) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let magnitude = offset.unsigned_abs();
    let (seconds, microseconds) = (magnitude / 1_000_000, magnitude % 1_000_000);
    let (minutes, second) = (seconds / 60, seconds % 60);
    let mut out = format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60);
    if second != 0 || microseconds != 0 {
        out += &format!("{separator}{second:02}");
    }
    if microseconds != 0 {
        out += &format!(".{microseconds:06}");
    }
    out
}

/// The text being read, as UTF-8; positions behind its end hold 0, which is no character of any format.
#[derive(Clone, Copy)]
struct Text<'a> {
    bytes: &'a [u8],
}

/// A text as UTF-8, which CPython parses; one that has none is malformed.
fn utf8(text: StrRef<'_>) -> Result<Vec<u8>> {
    text.to_utf8().map(String::into_bytes).ok_or(IsoError::Malformed)
}

impl Text<'_> {
    fn at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn is(&self, at: usize, c: u8) -> bool {
        self.at(at) == c
    }

    fn is_digit(&self, at: usize) -> bool {
        self.at(at).is_ascii_digit()
    }

    fn digits(&self, at: usize, count: usize) -> Result<i32> {
        (at..at + count).try_fold(0, |value, at| {
            if self.is_digit(at) { Ok(value * 10 + i32::from(self.at(at) - b'0')) } else { Err(IsoError::Malformed) }
        })
    }
}

/// The parts of a date, not yet checked unless they came from a week date.
fn date_parts(text: Text<'_>) -> Result<(i32, i32, i32)> {
    let length = text.bytes.len();
    let year = text.digits(0, 4)?;
    let separated = text.is(4, b'-');
    let at = if separated { 5 } else { 4 };
    if text.is(at, b'W') {
        let week = text.digits(at + 1, 2)?;
        let mut at = at + 3;
        let mut weekday = 1;
        if at < length {
            if separated {
                if !text.is(at, b'-') {
                    return Err(IsoError::Malformed);
                }
                at += 1;
            }
            weekday = text.digits(at, 1)?;
        }
        return match from_iso_calendar(year, week, weekday) {
            Ok(date) => Ok((date.year, date.month, date.day)),
            // A week that runs over the end of time is found out when the date is checked.
            Err(failure) if failure.message.ends_with("not 10000") => Ok((10_000, 1, 1)),
            Err(_) => Err(IsoError::Malformed),
        };
    }
    let month = text.digits(at, 2)?;
    let mut at = at + 2;
    if separated {
        if !text.is(at, b'-') {
            return Err(IsoError::Malformed);
        }
        at += 1;
    }
    // What may follow the day of a basic date is ignored.
    let day = text.digits(at, 2)?;
    Ok((year, month, day))
}

/// Hour, minute, second and microsecond; missing ones are 0. The second result tells that something follows.
fn clock_parts(text: Text<'_>, end: usize) -> Result<([i32; 4], bool)> {
    let mut parts = [0; 4];
    let mut at = 0;
    let mut separated = true;
    for i in 0..3 {
        parts[i] = text.digits(at, 2)?;
        at += 2;
        let next = text.at(at);
        at += 1;
        if i == 0 {
            separated = next == b':';
        }
        if at >= end {
            // A single stray character before the offset is let through, as in CPython, but no decimal mark.
            return if next == b'.' || next == b',' { Err(IsoError::Malformed) } else { Ok((parts, next != 0)) };
        }
        if separated && next == b':' {
            if i == 2 {
                return Err(IsoError::Malformed);
            }
        } else if next == b'.' || next == b',' {
            if i < 2 {
                return Err(IsoError::Malformed);
            }
            break;
        } else if separated {
            return Err(IsoError::Malformed);
        } else {
            at -= 1;
        }
    }
    let count = (end - at).min(6);
    parts[3] = text.digits(at, count)? * 10i32.pow(6 - count as u32);
    at += count;
    while text.is_digit(at) {
        at += 1;
    }
    Ok((parts, text.at(at) != 0))
}

type Clock = ([i32; 4], Option<i64>);

/// A time of day and the offset behind it, in microseconds, not yet checked.
fn time_parts(bytes: &[u8]) -> Result<Clock> {
    let text = Text { bytes };
    let zone = bytes.iter().position(|c| matches!(c, b'+' | b'-' | b'Z')).unwrap_or(bytes.len());
    let (parts, more) = clock_parts(text, zone)?;
    if zone == bytes.len() {
        return if more { Err(IsoError::Malformed) } else { Ok((parts, None)) };
    }
    if text.is(zone, b'Z') {
        return if zone + 1 == bytes.len() { Ok((parts, Some(0))) } else { Err(IsoError::Malformed) };
    }
    let rest = Text { bytes: &bytes[zone + 1..] };
    let ([hours, minutes, seconds, microseconds], more) = clock_parts(rest, rest.bytes.len())?;
    if more {
        return Err(IsoError::Malformed);
    }
    let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
    let magnitude = seconds * 1_000_000 + i64::from(microseconds);
    Ok((parts, Some(if text.is(zone, b'-') { -magnitude } else { magnitude })))
}

/// `date.fromisoformat`.
pub fn parse_date(text: StrRef<'_>) -> Result<Date> {
    let bytes = utf8(text)?;
    if !matches!(bytes.len(), 7 | 8 | 10) {
        return Err(IsoError::Malformed);
    }
    let (year, month, day) = date_parts(Text { bytes: &bytes })?;
    Ok(check_date(year, month, day)?)
}

fn midnight_error() -> IsoError {
    Failure::value("minute, second, and microsecond must be 0 when hour is 24").into()
}

/// `time.fromisoformat`: the time and its offset from UTC in microseconds. An offset of a day or more is refused when
/// the caller makes a `timezone` of it, which is before the time itself is checked; so pass it on first.
pub fn parse_time(text: StrRef<'_>, accept_offset: impl FnOnce(i64) -> Result<()>) -> Result<(Time, Option<i64>)> {
    let bytes = utf8(text)?;
    let ([mut hour, minute, second, microsecond], offset) = time_parts(bytes.strip_prefix(b"T").unwrap_or(&bytes))?;
    if hour == 24 {
        if (minute, second, microsecond) != (0, 0, 0) {
            return Err(midnight_error());
        }
        hour = 0;
    }
    if let Some(offset) = offset {
        accept_offset(offset)?;
    }
    Ok((check_time(hour, minute, second, microsecond)?, offset))
}

/// Where the date ends, if it can be told.
fn date_length(text: Text<'_>) -> Option<usize> {
    let length = text.bytes.len();
    if length == 7 {
        return Some(7);
    }
    if text.is(4, b'-') {
        if !text.is(5, b'W') {
            return Some(10);
        }
        if length < 8 {
            return Some(6);
        }
        if length > 8 && text.is(8, b'-') {
            return match length {
                9 => None,
                // A second digit means that this is no weekday but the hour.
                _ if length > 10 && text.is_digit(10) => Some(8),
                _ => Some(10),
            };
        }
        return Some(8);
    }
    if !text.is(4, b'W') {
        return Some(8);
    }
    // Without separators, the number of digits tells whether a weekday is among them.
    let digits_end = (7..length).find(|&at| !text.is_digit(at)).unwrap_or(length);
    Some(match digits_end {
        ..9 => digits_end,
        end if end % 2 == 0 => 7,
        _ => 8,
    })
}

/// `datetime.fromisoformat`: date, time and offset; `accept_offset` as for [`parse_time`].
pub fn parse_datetime(
    text: StrRef<'_>,
    accept_offset: impl FnOnce(i64) -> Result<()>,
) -> Result<(Date, Time, Option<i64>)> {
    if text.len() < 7 {
        return Err(IsoError::Malformed);
    }
    // Any character may stand between date and time, even half of a surrogate pair, which has no UTF-8.
    let is_surrogate = |&at: &usize| text.get(at).is_some_and(|c| (0xD800..0xE000).contains(&c));
    let bytes = match [7, 8, 10].into_iter().find(is_surrogate) {
        Some(separator) => {
            let chars = text.iter().enumerate().map(|(at, c)| if at == separator { 0x54 } else { c });
            utf8(StrBuf::from_chars(chars).as_ref())?
        }
        None => utf8(text)?,
    };
    let length = date_length(Text { bytes: &bytes }).ok_or(IsoError::Malformed)?;
    let date = bytes.get(..length).ok_or(IsoError::Malformed)?;
    let (mut year, mut month, mut day) = date_parts(Text { bytes: date })?;
    let ([mut hour, minute, second, microsecond], offset) = match bytes.get(length) {
        Some(&separator) => {
            let width = match separator {
                ..0x80 => 1,
                0x80..0xE0 => 2,
                0xE0..0xF0 => 3,
                _ => 4,
            };
            time_parts(bytes.get(length + width..).unwrap_or(&[]))?
        }
        None => ([0; 4], None),
    };
    if let Some(offset) = offset {
        accept_offset(offset)?;
    }
    if hour == 24 && month >= 1 && month <= 12 && day <= days_in_month(year, month) {
        if (minute, second, microsecond) != (0, 0, 0) {
            return Err(midnight_error());
        }
        hour = 0;
        day += 1;
        if day > days_in_month(year, month) {
            day = 1;
            month += 1;
            if month > 12 {
                month = 1;
                year += 1;
            }
        }
    }
    Ok((check_date(year, month, day)?, check_time(hour, minute, second, microsecond)?, offset))
}
