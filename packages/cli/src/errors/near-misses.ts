type Meaning = readonly [meant: readonly string[], words: readonly string[]];

/**
 * The commands of this program, and the words for them in other tools (gh, stripe, aws, vercel, npm). Two words count as a
 * pair first, such as `auth status`.
 */
const commands: readonly Meaning[] = [
  [["login"], ["auth login", "configure", "init", "signin"]],
  [["logout"], ["auth logout", "signout"]],
  [["whoami"], ["auth status", "auth whoami", "me", "status"]],
  [["token"], ["auth token"]],
  [["login", "whoami", "token"], ["auth"]],
  [["sessions list"], ["auth sessions", "devices"]],
  [["profiles use"], ["config use"]],
  [["profiles list"], ["config list", "config", "profile"]],
  [["profiles use", "companies use"], ["auth switch"]],
  [["companies use", "profiles use"], ["switch"]],
  [["companies use"], ["switch-company"]],
  [["companies list"], ["orgs"]],
  [["keys create"], ["add", "new"]],
  [["keys list"], ["key"]],
  [["keys show"], ["describe", "get"]],
  [
    ["keys rename", "keys allow-ip"],
    ["edit", "update"],
  ],
  [["keys rotate"], ["regenerate", "reroll", "roll"]],
  [["keys revoke"], ["delete", "disable", "remove", "rm"]],
  [["audit"], ["events", "logs"]],
  [["dashboard"], ["open"]],
  [["password change"], ["passwd"]],
];

/** The verbs inside a group, and other words for them, such as `delete` in `keys delete`. */
const verbs: readonly Meaning[] = [
  [
    ["create", "add"],
    ["add", "new"],
  ],
  [["show"], ["describe", "get", "info", "view"]],
  [["rename"], ["edit"]],
  [["change", "rename"], ["update"]],
  [["change", "use"], ["set"]],
  [["use"], ["select", "switch"]],
  [["rotate"], ["regenerate", "reroll", "roll"]],
  [["revoke"], ["disable"]],
  [["revoke", "end"], ["remove"]],
  [
    ["revoke", "remove", "end"],
    ["delete", "rm"],
  ],
  [["end"], ["kill", "logout", "revoke"]],
];

function findMeant(meanings: readonly Meaning[], word: string): readonly string[] {
  return meanings.find(([, words]) => words.includes(word))?.[0] ?? [];
}

/** Returns the commands that a user of another tool means with the words after the name of the program. */
export function findForeignCommands(words: readonly string[]): readonly string[] {
  const meant = findMeant(commands, words.slice(0, 2).join(" "));
  return meant.length > 0 ? meant : findMeant(commands, words[0] ?? "");
}

/** Returns the verbs of a group that a word of another tool means. `known` are the verbs of the group. */
export function findForeignVerbs(word: string, known: readonly string[]): readonly string[] {
  return findMeant(verbs, word)
    .filter((verb) => known.includes(verb))
    .slice(0, 1);
}
