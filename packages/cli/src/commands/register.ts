import type { Command } from "commander";
import { registerAudit } from "./audit.ts";
import { registerCompaniesList } from "./companies/list.ts";
import { registerCompaniesUse } from "./companies/use.ts";
import { registerCompletion } from "./completion.ts";
import { registerDoctor } from "./doctor.ts";
import { addExamples } from "./examples.ts";
import { registerKeysAllowIp } from "./keys/allow-ip.ts";
import { registerKeysCreate } from "./keys/create.ts";
import { registerKeysInspect } from "./keys/inspect.ts";
import { registerKeysList } from "./keys/list.ts";
import { registerKeysRename } from "./keys/rename.ts";
import { registerKeysRevoke } from "./keys/revoke.ts";
import { registerKeysRotate } from "./keys/rotate.ts";
import { registerKeysShow } from "./keys/show.ts";
import { registerKeysVerify } from "./keys/verify.ts";
import { registerLogin } from "./login.ts";
import { registerLogout } from "./logout.ts";
import { registerPasswordChange } from "./password/change.ts";
import type { RunAction } from "./run-action.ts";
import { registerWhoami } from "./whoami.ts";

/** Adds every command to the program, in the order of `briksync --help`. */
export function registerCommands(program: Command, run: RunAction): void {
  registerLogin(program, run);
  registerLogout(program, run);
  registerWhoami(program, run);

  const password = addGroup(program, "password", "change your password", [
    ["briksync password change", "asks for the current and the new one"],
  ]);
  registerPasswordChange(password, run);

  const companies = addGroup(program, "companies", "see your companies, and choose the one to work in", [
    ["briksync companies list", "the one you work in has a star"],
    ["briksync companies use 'Acme Corp'", "work in that one from now on"],
  ]);
  registerCompaniesList(companies, run);
  registerCompaniesUse(companies, run);

  const keys = addGroup(program, "keys", "create, restrict, rotate and revoke API keys", [
    ["briksync keys create 'CRM Integration'", "its secret is shown once"],
    ["briksync keys allow-ip 'CRM Integration' --me", "only from the address you are at"],
    ["briksync keys rotate 'CRM Integration'", "a new secret; the old one stops at once"],
    ["briksync keys list --unused-for 90d", "what could go"],
  ]);
  registerKeysList(keys, run);
  registerKeysCreate(keys, run);
  registerKeysShow(keys, run);
  registerKeysRename(keys, run);
  registerKeysAllowIp(keys, run);
  registerKeysRotate(keys, run);
  registerKeysRevoke(keys, run);
  registerKeysVerify(keys, run);
  registerKeysInspect(keys, run);

  registerAudit(program, run);
  registerDoctor(program, run);
  registerCompletion(program, run);
}

/** A command that only holds others. Called without one of them it is a usage error that lists them. */
function addGroup(
  program: Command,
  name: string,
  summary: string,
  examples: Parameters<typeof addExamples>[1],
): Command {
  const group = program.command(name).summary(summary).helpCommand(false);
  group.description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
  return addExamples(group, examples);
}
