/* Times of day as text: see time.h. */
#include "base/time.h"

#include "base/text.h"

enum { SECOND_US = 1000000, DAY_S = 86400 };

/* Days since 1970-01-01 of a date of the Gregorian calendar, counted in years that begin in March. */
static int64_t days_of_date(int64_t year, int64_t month, int64_t day)
{
    if (month <= 2)
        year--;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void date_of_days(int64_t days, int64_t *out_year, int64_t *out_month, int64_t *out_day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    *out_day = day_of_year - (153 * month + 2) / 5 + 1;
    *out_month = month < 10 ? month + 3 : month - 9;
    *out_year = year_of_era + era * 400 + (*out_month <= 2 ? 1 : 0);
}

/* Writes the last `count` digits of a number and the byte after them; gives the place behind. */
static char *write_number(char *out_text, int64_t number, size_t count, char after)
{
    for (size_t i = count; i > 0; i--, number /= 10)
        out_text[i - 1] = (char)('0' + number % 10);
    out_text[count] = after;
    return out_text + count + 1;
}

bool lfn_time_format(int64_t time_us, char out_text[LFN_TIME_SIZE + 1])
{
    int64_t seconds = time_us / SECOND_US;
    int64_t fraction = time_us % SECOND_US;
    if (fraction < 0) {
        fraction += SECOND_US;
        seconds--;
    }
    int64_t days = seconds / DAY_S;
    int64_t second = seconds % DAY_S;
    if (second < 0) {
        second += DAY_S;
        days--;
    }
    int64_t year, month, day;
    date_of_days(days, &year, &month, &day);
    if (year < 0 || year > 9999)
        return false;
    char *next = write_number(out_text, year, 4, '-');
    next = write_number(next, month, 2, '-');
    next = write_number(next, day, 2, 'T');
    next = write_number(next, second / 3600, 2, ':');
    next = write_number(next, second / 60 % 60, 2, ':');
    next = write_number(next, second % 60, 2, '.');
    next = write_number(next, fraction, 6, 'Z');
    *next = '\0';
    return true;
}

/* Takes `count` digits and the byte after them, which must be `after` unless that is 0, off the front. */
static bool take_number(lfn_text *rest, size_t count, char after, int64_t *out_value)
{
    if (rest->size < count + (after != 0) || !lfn_ascii_digit(rest->data[0]) ||
        !lfn_text_integer(lfn_text_slice(*rest, 0, count), out_value))
        return false;
    if (after != 0 && rest->data[count] != after)
        return false;
    *rest = lfn_text_slice(*rest, count + (after != 0), rest->size);
    return true;
}

static bool take_fraction(lfn_text *rest, int64_t *out_us)
{
    *out_us = 0;
    if (rest->size == 0 || rest->data[0] != '.')
        return true;
    *rest = lfn_text_slice(*rest, 1, rest->size);
    int64_t scale = SECOND_US / 10;
    size_t digits = 0;
    for (; digits < rest->size && lfn_ascii_digit(rest->data[digits]); digits++, scale /= 10)
        *out_us += (rest->data[digits] - '0') * scale;
    *rest = lfn_text_slice(*rest, digits, rest->size);
    return digits <= 9;
}

static bool take_offset(lfn_text *rest, int64_t *out_minutes)
{
    *out_minutes = 0;
    if (rest->size == 0)
        return true;
    char sign = rest->data[0];
    *rest = lfn_text_slice(*rest, 1, rest->size);
    if (sign == 'Z' || sign == 'z')
        return true;
    int64_t hours, minutes;
    if ((sign != '+' && sign != '-') || !take_number(rest, 2, ':', &hours) || !take_number(rest, 2, 0, &minutes) ||
        hours > 23 || minutes > 59)
        return false;
    *out_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    return true;
}

bool lfn_time_parse(lfn_text text, int64_t *out_time_us)
{
    int64_t year, month, day, hour, minute, second, fraction, offset;
    if (!take_number(&text, 4, '-', &year) || !take_number(&text, 2, '-', &month) ||
        !take_number(&text, 2, 'T', &day) || !take_number(&text, 2, ':', &hour) ||
        !take_number(&text, 2, ':', &minute) || !take_number(&text, 2, 0, &second) ||
        !take_fraction(&text, &fraction) || !take_offset(&text, &offset) || text.size > 0)
        return false;
    if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60)
        return false;
    /* A day beyond the end of its month gives the days of another date. */
    int64_t days = days_of_date(year, month, day);
    int64_t same_year, same_month, same_day;
    date_of_days(days, &same_year, &same_month, &same_day);
    if (same_month != month || same_day != day)
        return false;
    *out_time_us = ((days * 24 + hour) * 60 + minute - offset) * 60 * SECOND_US + second * SECOND_US + fraction;
    return true;
}
