/**
 * Words of other tools (gh, stripe, aws, vercel, npm), and the commands of this one. Two words count as a pair first, such
 * as `auth status`.
 */
const commandByWords: Readonly<Record<string, readonly string[]>> = {
  "auth login": ["login"],
  "auth logout": ["logout"],
  "auth status": ["whoami"],
  "auth token": ["token"],
  "auth whoami": ["whoami"],
  "auth sessions": ["sessions list"],
  "auth switch": ["profiles use", "companies use"],
  "config use": ["profiles use"],
  "config list": ["profiles list"],
  add: ["keys create"],
  auth: ["login", "whoami", "token"],
  config: ["profiles list"],
  configure: ["login"],
  delete: ["keys revoke"],
  describe: ["keys show"],
  devices: ["sessions list"],
  disable: ["keys revoke"],
  edit: ["keys rename", "keys allow-ip"],
  events: ["audit"],
  get: ["keys show"],
  init: ["login"],
  key: ["keys list"],
  logs: ["audit"],
  me: ["whoami"],
  new: ["keys create"],
  open: ["dashboard"],
  orgs: ["companies list"],
  passwd: ["password change"],
  profile: ["profiles list"],
  regenerate: ["keys rotate"],
  remove: ["keys revoke"],
  reroll: ["keys rotate"],
  rm: ["keys revoke"],
  roll: ["keys rotate"],
  signin: ["login"],
  signout: ["logout"],
  status: ["whoami"],
  switch: ["companies use", "profiles use"],
  update: ["keys rename", "keys allow-ip"],
  "switch-company": ["companies use"],
};

/** Words that mean another verb inside a group, such as `delete` in `keys delete`. */
const verbByWord: Readonly<Record<string, readonly string[]>> = {
  add: ["create", "add"],
  delete: ["revoke", "remove", "end"],
  describe: ["show"],
  disable: ["revoke"],
  edit: ["rename"],
  get: ["show"],
  info: ["show"],
  new: ["create", "add"],
  regenerate: ["rotate"],
  kill: ["end"],
  logout: ["end"],
  remove: ["revoke", "end"],
  reroll: ["rotate"],
  revoke: ["end"],
  rm: ["revoke", "remove", "end"],
  roll: ["rotate"],
  select: ["use"],
  set: ["change", "use"],
  switch: ["use"],
  update: ["change", "rename"],
  view: ["show"],
};

/** Returns the commands that a user of another tool means with the words after the name of the program. */
export function findForeignCommands(words: readonly string[]): readonly string[] {
  const pair = words.slice(0, 2).join(" ");
  for (const text of [pair, words[0] ?? ""]) {
    const commands = Object.hasOwn(commandByWords, text) ? commandByWords[text] : undefined;
    if (commands !== undefined) return commands;
  }
  return [];
}

/** Returns the verbs of a group that a word of another tool means. `known` are the verbs of the group. */
export function findForeignVerbs(word: string, known: readonly string[]): readonly string[] {
  const verbs = Object.hasOwn(verbByWord, word) ? (verbByWord[word] ?? []) : [];
  return verbs.filter((verb) => known.includes(verb)).slice(0, 1);
}
