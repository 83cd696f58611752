-- The busiest hours of the last thirty days, and how many calls each had a day.
SELECT strftime('%H:00', local_time) AS hour, count(*) AS calls,
	round(count(*) / 30.0, 1) AS a_day, sum(outcome = 'spoke') AS spoke
FROM calls
WHERE local_time >= datetime('now', 'localtime', '-30 days')
GROUP BY hour
ORDER BY calls DESC;
