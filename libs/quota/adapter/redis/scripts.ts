import { createHash } from 'node:crypto';

/** A script that Redis runs in one step, and what it is known by once Redis has it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/**
 * The stamp names the generation and the very server it was made on, by its run and its history: another server has none that is
 * right, nor has one that was restarted or fell back to another's data. It is looked at with each decision.
 */
const HERE = `
local function here()
  return (string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or '')
    .. '/' .. (string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or '')
end
local function generation()
  local stamp = redis.call('GET', KEYS[1])
  if stamp and string.sub(stamp, 38) == here() then return string.sub(stamp, 1, 36) end
  return false
end
local function publish(name) redis.call('SET', KEYS[1], name .. '/' .. here()) end
`;

/** Amounts are billions and a rest. */
export const AMOUNTS = `
local function whole(billions, rest)
  local more = math.floor(rest / 1000000000)
  return billions + more, rest - more * 1000000000
end
local function parse(text)
  if not text then return 0, 0 end
  local billions, rest = string.match(text, '^(%d+) (%d+)$')
  return tonumber(billions), tonumber(rest)
end
local function keep_held(name, billions, rest)
  if billions == 0 and rest == 0 then redis.call('HDEL', KEYS[2], name)
  else redis.call('HSET', KEYS[2], name, string.format('%.0f %.0f', billions, rest)) end
end
`;

/** Lets go of what reservations hold. To hold less than nothing is a loss like any other: nothing is decided on it any more. */
const DROP = `
local function drop(ids)
  local less = {}
  for _, id in ipairs(ids) do
    local packed = redis.call('HGET', KEYS[4], id)
    if packed then
      redis.call('HDEL', KEYS[4], id)
      redis.call('ZREM', KEYS[5], id)
      local entry = cmsgpack.unpack(packed)
      for i = 1, #entry, 3 do
        local sum = less[entry[i]] or {0, 0}
        sum[1], sum[2] = whole(sum[1] + entry[i + 1], sum[2] + entry[i + 2])
        less[entry[i]] = sum
      end
    end
  end
  for name, sum in pairs(less) do
    local billions, rest = parse(redis.call('HGET', KEYS[2], name))
    billions, rest = whole(billions - sum[1], rest - sum[2])
    if billions < 0 then redis.call('DEL', KEYS[1]) else keep_held(name, billions, rest) end
  end
end
`;

/** KEYS of all scripts: stamp, held, used, entries, due, building. */
export const script = (...parts: string[]): Script => {
  const source = parts.join('');
  return { source, sha: createHash('sha1').update(source).digest('hex') };
};

/** How many counts' usage an account has in Redis; beyond, all of it is read again as it is needed. */
const USED_MAX = 500_000;

/**
 * Decides a batch. ARGV: JSON of the counts' names, those that are added to first and how many they are; groups of places of
 * names; orders of an id (empty: to look only), when it is over, a number for its key (0: none), and claims of a group, the
 * place added to, an amount and a ceiling (-1: none).
 *
 * Gives 'lost'; or 'cold' and the places of counts whose usage must be told first; or 'decided', the generation, and for each
 * order 1 (admitted) or 0 (refused) and what was before for each claim, or 2 and the place of the order that has its key.
 */
export const DECIDE = script(
  HERE,
  AMOUNTS,
  DROP,
  `
local decided_on = generation()
if not decided_on then return {'lost'} end
local ask = cjson.decode(ARGV[1])
local names = ask.names

-- Asked again by a client whose connection broke: what was admitted then was answered to nobody.
local again = {}
for _, order in ipairs(ask.orders) do
  if redis.call('HEXISTS', KEYS[4], order[1]) == 1 then again[#again + 1] = order[1] end
end
if #again > 0 then drop(again) end

local function read(key)
  local all = {}
  for from = 1, #names, 4000 do
    local part = redis.call('HMGET', key, unpack(names, from, math.min(from + 3999, #names)))
    for i = 1, #part do all[from + i - 1] = part[i] end
  end
  return all
end

local used = read(KEYS[3])
local missing = false
for i = 1, #names do missing = missing or not used[i] end
if missing and redis.call('HLEN', KEYS[3]) > ${USED_MAX} then
  redis.call('UNLINK', KEYS[3])
  used = {}
end
local held = read(KEYS[2])
local cold = {}
local total_b, total_r, held_b, held_r = {}, {}, {}, {}
for i = 1, #names do
  local revision, billions, rest
  if used[i] then
    revision, billions, rest = string.match(used[i], '^(%-?%d+) (%-?%d+) (%d+)$')
    revision = tonumber(revision)
  else
    -- From now on whoever changes it in Postgres says so here, so that nothing is missed while it is read.
    redis.call('HSET', KEYS[3], names[i], '-2 0 0')
  end
  if not revision or revision == -2 or (revision == -1 and i <= ask.real) then cold[#cold + 1] = i - 1
  else
    held_b[i], held_r[i] = parse(held[i])
    total_b[i], total_r[i] = whole(billions + held_b[i], rest + held_r[i])
  end
end
if #cold > 0 then return {'cold', cold} end

local sum_b, sum_r, groups_of = {}, {}, {}
for g, places in ipairs(ask.groups) do
  local billions, rest = 0, 0
  for _, place in ipairs(places) do
    local i = place + 1
    billions, rest = whole(billions + total_b[i], rest + total_r[i])
    groups_of[i] = groups_of[i] or {}
    table.insert(groups_of[i], g)
  end
  sum_b[g], sum_r[g] = billions, rest
end

local answers, first_of, changed = {}, {}, {}
for o, order in ipairs(ask.orders) do
  local id, over, key, claims = order[1], order[2], order[3], order[4]
  if key > 0 and first_of[key] then answers[o] = {2, first_of[key]}
  else
    local answer = {1}
    for _, claim in ipairs(claims) do
      local g = claim[1] + 1
      answer[#answer + 1] = sum_b[g]
      answer[#answer + 1] = sum_r[g]
      local billions, rest = whole(sum_b[g] + claim[3], sum_r[g] + claim[4])
      if claim[5] >= 0 and (billions > claim[5] or (billions == claim[5] and rest > claim[6])) then answer[1] = 0 end
    end
    answers[o] = answer
    if answer[1] == 1 and id ~= '' then
      if key > 0 then first_of[key] = o - 1 end
      local entry = {}
      for _, claim in ipairs(claims) do
        local i = claim[2] + 1
        entry[#entry + 1] = names[i]
        entry[#entry + 1] = claim[3]
        entry[#entry + 1] = claim[4]
        changed[i] = true
        held_b[i], held_r[i] = whole(held_b[i] + claim[3], held_r[i] + claim[4])
        for _, g in ipairs(groups_of[i]) do
          sum_b[g], sum_r[g] = whole(sum_b[g] + claim[3], sum_r[g] + claim[4])
        end
      end
      redis.call('HSET', KEYS[4], id, cmsgpack.pack(entry))
      redis.call('ZADD', KEYS[5], over, id)
    end
  end
end
for i in pairs(changed) do keep_held(names[i], held_b[i], held_r[i]) end
return {'decided', decided_on, answers}
`,
);

/**
 * Takes what Postgres says. ARGV: JSON of the ids of reservations that are over or never were, and of counts: name, revision and
 * usage. A count takes what is later than what it has, and only if somebody has asked for it.
 */
export const TELL = script(
  AMOUNTS,
  DROP,
  `
local told = cjson.decode(ARGV[1])
drop(told.ended)
for _, count in ipairs(told.counts) do
  local known = redis.call('HGET', KEYS[3], count[1])
  if known and count[2] > tonumber(string.match(known, '^%-?%d+')) then
    redis.call('HSET', KEYS[3], count[1], string.format('%.0f %.0f %.0f', count[2], count[3], count[4]))
  end
end
`,
);

/** The generation that is decided on here; nothing: none. */
export const GENERATION = script(HERE, 'return generation()');

/** Forgets all of an account and begins to build a generation of it. ARGV: its name. */
export const BEGIN = script(`
redis.call('UNLINK', unpack(KEYS))
redis.call('SET', KEYS[6], ARGV[1])
`);

/**
 * Adds reservations to the generation that is being built: JSON of ids, when they are over, and what they hold where. Gives 0 when
 * it is another one by now that is built: whoever slept meanwhile adds nothing to it.
 */
export const FILL = script(
  AMOUNTS,
  `
if redis.call('GET', KEYS[6]) ~= ARGV[1] then return 0 end
local more = {}
for _, reservation in ipairs(cjson.decode(ARGV[2])) do
  local id, over, entry = reservation[1], reservation[2], reservation[3]
  -- Not twice, should a client whose connection broke say so again.
  if redis.call('HSETNX', KEYS[4], id, cmsgpack.pack(entry)) == 1 then
    redis.call('ZADD', KEYS[5], over, id)
    for i = 1, #entry, 3 do
      local sum = more[entry[i]] or {0, 0}
      sum[1], sum[2] = whole(sum[1] + entry[i + 1], sum[2] + entry[i + 2])
      more[entry[i]] = sum
    end
  end
end
for name, sum in pairs(more) do
  local billions, rest = parse(redis.call('HGET', KEYS[2], name))
  keep_held(name, whole(billions + sum[1], rest + sum[2]))
end
return 1
`,
);

/** Lets the generation that was built be decided on, from now on and on this server alone. */
export const PUBLISH = script(
  HERE,
  `
if redis.call('GET', KEYS[6]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[6])
publish(ARGV[1])
return 1
`,
);

/** Lets go of reservations and names the generation anew, if it is still the one it was. ARGV: its name, the new one, JSON of ids. */
export const RENAME = script(
  HERE,
  AMOUNTS,
  DROP,
  `
if generation() ~= ARGV[1] then return 0 end
publish(ARGV[2])
drop(cjson.decode(ARGV[3]))
return 1
`,
);
