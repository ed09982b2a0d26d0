import type { Command } from "commander";
import type { RunAction } from "../run-action.ts";
import { registerAudit } from "./audit.ts";
import { registerCompaniesList } from "./companies/list.ts";
import { registerCompaniesUse } from "./companies/use.ts";
import { registerCompletion } from "./completion.ts";
import { registerDoctor } from "./doctor.ts";
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
import { registerWhoami } from "./whoami.ts";

/** Adds every command to the program, in the order of `briksync --help`. */
export function registerCommands(program: Command, run: RunAction): void {
  registerLogin(program, run);
  registerLogout(program, run);
  registerWhoami(program, run);

  const password = addGroup(program, "password", "Change your password.");
  registerPasswordChange(password, run);

  const companies = addGroup(program, "companies", "See the companies you belong to, and choose the one to work in.");
  registerCompaniesList(companies, run);
  registerCompaniesUse(companies, run);

  const keys = addGroup(program, "keys", "Create, restrict, rotate and revoke API keys.");
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
function addGroup(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).helpCommand(false);
}
