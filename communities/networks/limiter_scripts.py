"""What Redis runs for the limiter, each script undivided. Moments are µs of Redis's clock."""

# KEYS: planned moments, moments of calls that left, the widening, then parking places.
# ARGV: calls, period µs, longest wait µs, the call's name. Returns µs to wait; 0: the call leaves
# now, and is noted so; negative: parked or full for so long that nothing was taken. Calls that have
# to wait keep a distance, so that they do not hinder each other.
TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local slot = now
for i = 4, #KEYS do
  local left = redis.call('PTTL', KEYS[i])
  if left > 0 then slot = math.max(slot, now + left * 1000) end
end
local calls, longest = tonumber(ARGV[1]), tonumber(ARGV[3])
local period = tonumber(ARGV[2]) + tonumber(redis.call('GET', KEYS[3]) or '0')
local planned = redis.call('LINDEX', KEYS[1], calls - 1)
if planned then slot = math.max(slot, tonumber(planned) + period) end
local left = redis.call('ZREVRANGE', KEYS[2], calls - 1, calls - 1, 'WITHSCORES')
if left[2] then slot = math.max(slot, tonumber(left[2]) + period) end
local last = redis.call('LINDEX', KEYS[1], 0)
if slot > now and last then slot = math.max(slot, tonumber(last) + period / calls / 2) end
if slot - now > longest then return now - slot end
local keep = math.ceil((slot - now + period) / 1000) + 1000
redis.call('LPUSH', KEYS[1], string.format('%.0f', slot))
redis.call('LTRIM', KEYS[1], 0, calls - 1)
redis.call('PEXPIRE', KEYS[1], keep)
if slot == now then
  redis.call('ZADD', KEYS[2], now, ARGV[4])
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - calls)
  redis.call('PEXPIRE', KEYS[2], keep)
end
return slot - now
"""

# KEYS and ARGV as above. The planned moment has come: 0 and the call is noted, µs to wait where the
# calls before it left too late for that, -1 where the key was parked meanwhile.
LEAVE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
for i = 4, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then return -1 end
end
local calls = tonumber(ARGV[1])
local period = tonumber(ARGV[2]) + tonumber(redis.call('GET', KEYS[3]) or '0')
local left = redis.call('ZREVRANGE', KEYS[2], calls - 1, calls - 1, 'WITHSCORES')
if left[2] and tonumber(left[2]) + period > now then return tonumber(left[2]) + period - now end
redis.call('ZADD', KEYS[2], now, ARGV[4])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - calls)
redis.call('PEXPIRE', KEYS[2], math.ceil(period / 1000) + 1000)
return 0
"""

# KEYS: moments of calls that left. ARGV: µs to add, the call's name. Only while it is among them.
MOVE = """
if redis.call('ZSCORE', KEYS[1], ARGV[2]) then redis.call('ZINCRBY', KEYS[1], ARGV[1], ARGV[2]) end
return 1
"""

# KEYS: the widening. ARGV: step µs, most µs, seconds.
WIDEN = """
local wide = math.min(tonumber(redis.call('GET', KEYS[1]) or '0') + ARGV[1], tonumber(ARGV[2]))
redis.call('SET', KEYS[1], string.format('%.0f', wide), 'EX', ARGV[3])
return 1
"""

# Only ever lengthens a parking: two workers may hear different waits.
PARK = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
return 1
"""
