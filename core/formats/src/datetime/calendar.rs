//! Dates as year, month and day, as ordinals (1 is 1 January of year 1), and as ISO years, weeks and weekdays.

use crate::failure::{Failure, Result};

pub const MIN_YEAR: i32 = 1;
pub const MAX_YEAR: i32 = 9999;
/// The ordinal of 31 December 9999.
pub const MAX_ORDINAL: i32 = 3_652_059;

/// A date whose parts are in range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i32,
    pub month: i32,
    pub day: i32,
}

/// A time of day whose parts are in range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    pub microsecond: i32,
}

const DAYS_BEFORE_MONTH: [i32; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a month from 1 to 12; 0 for others.
pub fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Days of the year before the first of a month.
pub fn days_before_month(year: i32, month: i32) -> i32 {
    let before = DAYS_BEFORE_MONTH.get(month.max(0) as usize).copied().unwrap_or(0);
    before + i32::from(month > 2 && is_leap(year))
}

/// Days before 1 January of a year, counted from year 1.
pub fn days_before_year(year: i32) -> i32 {
    let y = year - 1;
    y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400)
}

pub fn to_ordinal(date: Date) -> i32 {
    days_before_year(date.year) + days_before_month(date.year, date.month) + date.day
}

/// The date with an ordinal from 1 to [`MAX_ORDINAL`]; others are clamped, so check first.
pub fn from_ordinal(ordinal: i32) -> Date {
    let days = ordinal.clamp(1, MAX_ORDINAL) - 1;
    let (cycles400, days) = (days / 146_097, days % 146_097);
    // The last century of four has a day more than the others, and the last year of four a day more as well.
    let century = (days / 36_524).min(3);
    let days = days - century * 36_524;
    let (cycles4, days) = (days / 1461, days % 1461);
    let year_of_four = (days / 365).min(3);
    let days = days - year_of_four * 365;
    let year = 400 * cycles400 + 100 * century + 4 * cycles4 + year_of_four + 1;
    let month = (1..=12).rev().find(|&month| days_before_month(year, month) <= days).unwrap_or(1);
    Date { year, month, day: days - days_before_month(year, month) + 1 }
}

/// 0 is Monday.
pub fn weekday(date: Date) -> i32 {
    (to_ordinal(date) + 6).rem_euclid(7)
}

/// 1 is 1 January.
pub fn day_of_year(date: Date) -> i32 {
    days_before_month(date.year, date.month) + date.day
}

/// The ordinal of the Monday that starts week 1 of an ISO year. Week 1 is the one with the year's first Thursday.
pub fn iso_week1_monday(year: i32) -> i32 {
    let first = days_before_year(year) + 1;
    let weekday = (first + 6).rem_euclid(7);
    first - weekday + if weekday > 3 { 7 } else { 0 }
}

/// ISO year, week and weekday (1 is Monday).
pub fn iso_calendar(date: Date) -> (i32, i32, i32) {
    let ordinal = to_ordinal(date);
    let mut year = date.year;
    let mut week = (ordinal - iso_week1_monday(year)).div_euclid(7);
    if week < 0 {
        year -= 1;
        week = (ordinal - iso_week1_monday(year)).div_euclid(7);
    } else if week >= 52 && ordinal >= iso_week1_monday(year + 1) {
        year += 1;
        week = 0;
    }
    (year, week + 1, (ordinal + 6).rem_euclid(7) + 1)
}

fn has_week_53(year: i32) -> bool {
    iso_week1_monday(year + 1) - iso_week1_monday(year) == 53 * 7
}

/// The date of an ISO year, week and weekday.
pub fn from_iso_calendar(year: i32, week: i32, weekday: i32) -> Result<Date> {
    check_year(year)?;
    if !(1..=52).contains(&week) && !(week == 53 && has_week_53(year)) {
        return Err(Failure::value(format!("Invalid week: {week}")));
    }
    if !(1..=7).contains(&weekday) {
        return Err(Failure::value(format!("Invalid weekday: {weekday} (range is [1, 7])")));
    }
    let ordinal = iso_week1_monday(year) + 7 * (week - 1) + weekday - 1;
    if ordinal > MAX_ORDINAL {
        // Only the last days of year 9999's last week lie beyond.
        return Err(Failure::value("year must be in 1..9999, not 10000"));
    }
    if ordinal < 1 {
        return Err(Failure::value("year must be in 1..9999, not 0"));
    }
    Ok(from_ordinal(ordinal))
}

fn check_range(what: &str, value: i32, low: i32, high: i32) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Failure::value(format!("{what} must be in {low}..{high}, not {value}")))
}

fn check_year(year: i32) -> Result<()> {
    check_range("year", year, MIN_YEAR, MAX_YEAR)
}

pub fn check_date(year: i32, month: i32, day: i32) -> Result<Date> {
    check_year(year)?;
    check_range("month", month, 1, 12)?;
    let last = days_in_month(year, month);
    if !(1..=last).contains(&day) {
        return Err(Failure::value(format!("day {day} must be in range 1..{last} for month {month} in year {year}")));
    }
    Ok(Date { year, month, day })
}

pub fn check_time(hour: i32, minute: i32, second: i32, microsecond: i32) -> Result<Time> {
    check_range("hour", hour, 0, 23)?;
    check_range("minute", minute, 0, 59)?;
    check_range("second", second, 0, 59)?;
    check_range("microsecond", microsecond, 0, 999_999)?;
    Ok(Time { hour, minute, second, microsecond })
}

/// `Sat Jan  2 03:04:05 2021`.
pub fn ctime(date: Date, time: Time) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = DAYS[weekday(date) as usize];
    let month = MONTHS.get((date.month - 1) as usize).copied().unwrap_or("");
    let Time { hour, minute, second, .. } = time;
    format!("{day} {month} {:2} {hour:02}:{minute:02}:{second:02} {:04}", date.day, date.year)
}
