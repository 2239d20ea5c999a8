"""The scripts that Redis runs atomically for `RedisLimiter`."""

# Times are those of the server's clock, in microseconds. Each started attempt is stored with an
# end: in `until`, when it stops counting against the rate; in `running`, when its lease expires.
_CLOCK = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local until_key, running, last_key, held_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local member = ARGV[1]
"""
ACQUIRE = (
    _CLOCK
    + """
local most, period, interval = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local most_running, settle, lease = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local longest_hold = tonumber(ARGV[8])
local held = tonumber(redis.call('GET', held_key)) or 0
local last = tonumber(redis.call('GET', last_key)) or 0
-- No limiter writes such times: the clock was set back, or another server has taken over.
if held > now + longest_hold then held = 0 end
if last > now + settle + period then
  redis.call('DEL', until_key)
  last = 0
end
local wait = held - now
if period > 0 then
  redis.call('ZREMRANGEBYSCORE', until_key, '-inf', now)
  wait = math.max(wait, last + interval - now)
  local count = redis.call('ZCARD', until_key)
  if count >= most then
    local first = redis.call('ZRANGE', until_key, count - most, count - most, 'WITHSCORES')
    wait = math.max(wait, first[2] - now)
  end
end
if most_running > 0 then
  redis.call('ZREMRANGEBYSCORE', running, '-inf', now)
  if redis.call('ZCARD', running) >= most_running then wait = math.max(wait, 20000) end
end
if wait > 0 then return wait end
if period > 0 then
  local ends = now + settle + period
  redis.call('ZADD', until_key, string.format('%.0f', ends), member)
  redis.call('SET', last_key, string.format('%.0f', now))
  local keep = math.ceil((settle + period) / 1000) + 1000
  redis.call('PEXPIRE', until_key, keep)
  redis.call('PEXPIRE', last_key, keep)
end
if most_running > 0 then
  redis.call('ZADD', running, string.format('%.0f', now + lease), member)
  redis.call('PEXPIRE', running, math.ceil(lease / 1000) + 1000)
end
return 0
"""
)
REPORT = (
    _CLOCK
    + """
local period, held = tonumber(ARGV[2]), tonumber(ARGV[3])
local ends = redis.call('ZSCORE', until_key, member)
if ends then
  redis.call('ZADD', until_key, string.format('%.0f', math.min(ends, now + period)), member)
end
if held > 0 then
  redis.call('SET', held_key, string.format('%.0f', now + held), 'PX', math.ceil(held / 1000))
end
return 0
"""
)
RENEW = (
    _CLOCK
    + """
local lease = tonumber(ARGV[2])
for at = 3, #ARGV do
  if redis.call('ZSCORE', running, ARGV[at]) then
    redis.call('ZADD', running, string.format('%.0f', now + lease), ARGV[at])
  end
end
redis.call('PEXPIRE', running, math.ceil(lease / 1000) + 1000)
return 0
"""
)
