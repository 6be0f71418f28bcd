// A moment as people in Iran write it; good for the years 1300 to 1500. A Jalali year has 365 days,
// and one more in eight years of each round of 33: within these years that is the observed calendar.
// Tehran is 3:30 ahead of UTC, without summer time since 1402.
const TEHRAN = 12600; // seconds
const FIRST_DAY = -17818; // 1921-03-21, in days since 1970-01-01
const FIRST_YEAR = 1300;
const LAST_YEAR = 1500;
const LONG_YEARS = [1, 5, 9, 13, 17, 22, 26, 30];
const MONTHS = [31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30]; // the twelfth takes what is left

// Year, month and day of a day (days since 1970-01-01); undefined outside the years above.
export function dayOf(day) {
  let left = day - FIRST_DAY;
  if (left < 0) return undefined;
  let year = FIRST_YEAR;
  for (let days; left >= (days = 365 + (LONG_YEARS.includes(year % 33) ? 1 : 0)); left -= days) year += 1;
  if (year > LAST_YEAR) return undefined;
  let month = 0;
  while (month < MONTHS.length && left >= MONTHS[month]) left -= MONTHS[month++];
  return [year, month + 1, left + 1];
}

// `1405/09/02 10:04` in Tehran of POSIX seconds; undefined outside the years above.
export function jalali(seconds) {
  const there = seconds + TEHRAN;
  if (!Number.isSafeInteger(there) || there > 16e9) return undefined; // before counting years
  const day = dayOf(Math.floor(there / 86400));
  if (!day) return undefined;
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor((((there % 86400) + 86400) % 86400) / 60);
  return `${day[0]}/${two(day[1])}/${two(day[2])} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
