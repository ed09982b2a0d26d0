import { hasDeadline, type ServerRules } from "./rotation-server.ts";
import type { Request, Run, World } from "./rotation-world.ts";

/**
 * Returns a text that is equal only for worlds that behave the same. It renumbers secrets and keys, and skips ended
 * secrets without references. It sorts machines. Of terms, only the current one matters. Every move calls this
 * function, so it is optimized for speed.
 */
export function encodeWorld(world: World, rules: ServerRules): string {
  const { secrets, lease, sinks, machines, runsLeft, phase, owed, shown } = world;
  const placeNames: (string | undefined)[] = [];
  const keyNames: (string | undefined)[] = [];
  let text = "";
  for (let place = 0, name = 0; place < secrets.length; place++) {
    const secret = secrets[place];
    if (secret === undefined || (secret.state === "ended" && !isReferenced(world, place, secret.idempotencyKey)))
      continue;
    placeNames[place] = String(name);
    keyNames[secret.idempotencyKey] ??= String(name);
    name++;
    text += hasDeadline(secret) ? "d" : secret.state[0];
  }
  let unspent = 0;
  const nameKey = (key: number | null): string => {
    if (key === null) return "-";
    const name = keyNames[key] ?? `u${unspent++}`;
    keyNames[key] = name;
    return name;
  };
  const namePlace = (place: number | null): string => (place === null ? "-" : (placeNames[place] ?? "x"));
  const nameTerm = (term: number): string => (term === 0 ? "0" : term === lease?.term ? "=" : "<");
  const encodeRun = ({ step, idempotencyKey, secret, term, hasLease, written, hasVerified }: Run): string =>
    `${step}${nameKey(idempotencyKey)}${namePlace(secret)}${nameTerm(term)}${hasLease ? "l" : ""}${written}${hasVerified ? "v" : ""}`;
  const places = machines.map(({ journal, runs }) => `${nameKey(journal)}:${sortTexts(runs.map(encodeRun))}`);
  const late = world.late
    .filter((request) => mayMatter(world, request, rules))
    .map(({ call, on, term }) => `${call}${call === "rotate" ? nameKey(on) : namePlace(on)}${nameTerm(term)}`);
  text +=
    lease === null
      ? "|-"
      : `|${namePlace(lease.holder)}${lease.isRunning ? "r" : ""}${nameTerm(lease.term)}${lease.isShared ? "s" : ""}`;
  for (const held of sinks) text += `,${namePlace(held)}`;
  return `${text}|${sortTexts(places)}|${sortTexts(late)}|${runsLeft}${phase}${namePlace(owed)}${namePlace(shown)}`;
}

function sortTexts(texts: string[]): string {
  return texts.length > 1 ? texts.sort().join(";") : (texts[0] ?? "");
}

/** Returns whether a sink, a run or a journal still refers to a secret or to the key that created it. */
function isReferenced({ sinks, owed, shown, machines }: World, place: number, key: number): boolean {
  return (
    sinks.includes(place) ||
    owed === place ||
    shown === place ||
    machines.some(
      ({ journal, runs }) =>
        journal === key || runs.some(({ secret, idempotencyKey }) => secret === place || idempotencyKey === key),
    )
  );
}

/** Returns whether a late request can still change anything. */
function mayMatter({ secrets, lease }: World, { call, on, term }: Request, rules: ServerRules): boolean {
  if (call === "rotate") return !rules.replaysRotate || secrets.every(({ idempotencyKey }) => idempotencyKey !== on);
  if (call === "finish") return !rules.finishNamesLease || (secrets[on]?.state === "pending" && term === lease?.term);
  return secrets[on]?.state === "pending";
}
