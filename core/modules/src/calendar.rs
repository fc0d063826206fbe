//! The civil calendar: seconds since the epoch to dates and back, and the text of dates, without any C library.
//!
//! The proleptic Gregorian calendar, in the C locale. Plain functions over [`Civil`]; `time_module.rs` is their face.

/// A moment as clocks and calendars show it.
#[derive(Clone, Debug, Default)]
pub struct Civil {
    pub year: i64,
    /// From 1.
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    /// Monday is 0.
    pub weekday: i64,
    /// From 1.
    pub yearday: i64,
    /// Whether daylight saving time is in force; -1 when not known.
    pub daylight: i64,
    /// Seconds ahead of UTC.
    pub offset: i64,
    pub zone: Option<String>,
}

const DAY: i64 = 86_400;
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
];

/// Days from the epoch to a date; the month may be anything, the day too.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let year = year.checked_add((month - 1).div_euclid(12))?;
    let month = (month - 1).rem_euclid(12) + 1;
    // Years that begin in March have the leap day at their end.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era.checked_mul(146_097)?.checked_add(day_of_era)?.checked_sub(719_468)
}

/// The date and time of day, in UTC; `None` when the year does not fit 32 bits.
pub fn from_seconds(seconds: i64) -> Option<Civil> {
    let (day_number, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let shifted = day_number.checked_add(719_468)?;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    i32::try_from(year - 1900).ok()?;
    let first = days(year, 1, 1)?;
    Some(Civil {
        year,
        month,
        day,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
        weekday: (day_number + 3).rem_euclid(7),
        yearday: day_number - first + 1,
        ..Civil::default()
    })
}

/// Seconds since the epoch of a wall clock's time as if it were UTC; fields may be out of their ranges.
pub fn to_seconds(t: &Civil) -> Option<i64> {
    let time = t.hour * 3600 + t.minute * 60 + t.second;
    days(t.year, t.month, t.day)?.checked_mul(DAY)?.checked_add(time)
}

/// A name for a zone that has none: `+02`, `-0330`, `UTC`.
pub fn offset_name(offset: i32) -> String {
    let (sign, n) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs() / 60);
    match (n / 60, n % 60) {
        (0, 0) => "UTC".into(),
        (hours, 0) => format!("{sign}{hours:02}"),
        (hours, minutes) => format!("{sign}{hours:02}{minutes:02}"),
    }
}

pub fn asctime(t: &Civil) -> String {
    let day = DAYS.get(t.weekday as usize).map_or("???", |d| &d[..3]);
    let month = MONTHS.get(t.month as usize - 1).map_or("???", |m| &m[..3]);
    format!("{day} {month} {:2} {:02}:{:02}:{:02} {}", t.day, t.hour, t.minute, t.second, t.year)
}

/// The ISO year and week of a date.
fn iso_week(t: &Civil) -> (i64, i64) {
    let week = (t.yearday - 1 - t.weekday + 10) / 7;
    let leap = |y: i64| y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    let weeks_in = |y: i64| {
        let first = days(y, 1, 1).unwrap_or(0);
        let weekday = (first + 3).rem_euclid(7);
        if weekday == 3 || (weekday == 2 && leap(y)) { 53 } else { 52 }
    };
    match week {
        0 => (t.year - 1, weeks_in(t.year - 1)),
        53 if weeks_in(t.year) == 52 => (t.year + 1, 1),
        week => (t.year, week),
    }
}

/// `strftime` in the C locale. Directives that are none stay as they are.
pub fn strftime(format: &[u8], t: &Civil) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.iter().position(|b| *b == b'%') {
        out.extend_from_slice(&rest[..at]);
        let directive = &rest[at..];
        // Flags and a width may stand before the letter.
        let flags = directive[1..].iter().take_while(|b| b"-_0^#".contains(b)).count();
        let digits = directive[1 + flags..].iter().take_while(|b| b.is_ascii_digit()).count();
        let modifier = usize::from(directive.get(1 + flags + digits).is_some_and(|b| b"EO".contains(b)));
        let end = 1 + flags + digits + modifier;
        let Some(letter) = directive.get(end) else {
            out.extend_from_slice(directive);
            return out;
        };
        rest = &directive[end + 1..];
        match expand(*letter, t) {
            Some(text) => {
                let width = std::str::from_utf8(&directive[1 + flags..1 + flags + digits]).ok().and_then(|d| d.parse().ok());
                out.extend_from_slice(adjust(text, &directive[1..1 + flags], width).as_bytes());
            }
            None => out.extend_from_slice(&directive[..=end]),
        }
    }
    out.extend_from_slice(rest);
    out
}

/// What a directive says, and the character that fills it up.
struct Text {
    text: String,
    width: usize,
    fill: char,
}

fn expand(letter: u8, t: &Civil) -> Option<Text> {
    let number = |n: i64, width: usize| Text { text: n.to_string(), width, fill: '0' };
    let spaced = |n: i64| Text { text: n.to_string(), width: 2, fill: ' ' };
    let plain = |text: String| Text { text, width: 0, fill: ' ' };
    let day = DAYS.get(t.weekday as usize).copied().unwrap_or("?");
    let month = MONTHS.get(t.month as usize - 1).copied().unwrap_or("?");
    let twelve = if t.hour % 12 == 0 { 12 } else { t.hour % 12 };
    let again = |format: &str| plain(String::from_utf8_lossy(&strftime(format.as_bytes(), t)).into_owned());
    let sunday_first = (t.weekday + 1) % 7;
    Some(match letter {
        b'a' => plain(day.chars().take(3).collect()),
        b'A' => plain(day.into()),
        b'b' | b'h' => plain(month.chars().take(3).collect()),
        b'B' => plain(month.into()),
        b'c' => again("%a %b %e %H:%M:%S %Y"),
        b'C' => number(t.year.div_euclid(100), 2),
        b'd' => number(t.day, 2),
        b'D' | b'x' => again("%m/%d/%y"),
        b'e' => spaced(t.day),
        b'F' => again("%Y-%m-%d"),
        b'g' => number(iso_week(t).0.rem_euclid(100), 2),
        b'G' => number(iso_week(t).0, 1),
        b'H' => number(t.hour, 2),
        b'I' => number(twelve, 2),
        b'j' => number(t.yearday, 3),
        b'k' => spaced(t.hour),
        b'l' => spaced(twelve),
        b'm' => number(t.month, 2),
        b'M' => number(t.minute, 2),
        b'n' => plain("\n".into()),
        b'p' => plain(if t.hour < 12 { "AM" } else { "PM" }.into()),
        b'P' => plain(if t.hour < 12 { "am" } else { "pm" }.into()),
        b'r' => again("%I:%M:%S %p"),
        b'R' => again("%H:%M"),
        b's' => number(to_seconds(t)? - t.offset, 1),
        b'S' => number(t.second, 2),
        b't' => plain("\t".into()),
        b'T' | b'X' => again("%H:%M:%S"),
        b'u' => number(t.weekday + 1, 1),
        b'U' => number((t.yearday + 6 - sunday_first) / 7, 2),
        b'V' => number(iso_week(t).1, 2),
        b'w' => number(sunday_first, 1),
        b'W' => number((t.yearday + 6 - t.weekday) / 7, 2),
        b'y' => number(t.year.rem_euclid(100), 2),
        b'Y' => number(t.year, 1),
        b'z' => {
            let minutes = t.offset.abs() / 60;
            plain(format!("{}{:02}{:02}", if t.offset < 0 { '-' } else { '+' }, minutes / 60, minutes % 60))
        }
        b'Z' => plain(t.zone.clone().unwrap_or_default()),
        b'%' => plain("%".into()),
        _ => return None,
    })
}

/// Applies the C library's flags: no padding, spaces, zeros, upper case, swapped case; and a width.
fn adjust(t: Text, flags: &[u8], width: Option<usize>) -> String {
    let mut text = t.text;
    let (mut fill, mut wanted) = (t.fill, width.unwrap_or(t.width).min(1024));
    for flag in flags {
        match flag {
            b'-' => wanted = 0,
            b'_' => fill = ' ',
            b'0' => fill = '0',
            b'^' => text.make_ascii_uppercase(),
            _ => text.make_ascii_lowercase(),
        }
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) if fill == '0' => ("-", digits),
        _ => ("", text.as_str()),
    };
    let missing = wanted.saturating_sub(sign.len() + digits.chars().count());
    format!("{sign}{}{digits}", fill.to_string().repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seconds: i64, format: &str) -> String {
        String::from_utf8(strftime(format.as_bytes(), &from_seconds(seconds).unwrap())).unwrap()
    }

    #[test]
    fn there_and_back() {
        for seconds in [0, -1, 951_782_400, 4_102_444_799, -62_135_596_800, 253_402_300_799, -8_520_336_000, 1_709_164_800] {
            let t = from_seconds(seconds).unwrap();
            assert_eq!(to_seconds(&t), Some(seconds));
        }
        assert!(from_seconds(i64::MAX).is_none());
    }
    #[test]
    fn texts() {
        assert_eq!(text(0, "%Y-%m-%d %H:%M:%S %a %j %U %W %V %G"), "1970-01-01 00:00:00 Thu 001 00 00 01 1970");
        assert_eq!(text(1_709_210_096, "%c|%x|%X|%p|%I|%y|%e"), "Thu Feb 29 12:34:56 2024|02/29/24|12:34:56|PM|12|24|29");
        assert_eq!(text(1_704_067_199, "%G-W%V-%u %-d %_m %^a %5Y %q %"), "2023-W52-7 31 12 SUN 02023 %q %");
    }
}
