import { registerAudit } from "./audit.ts";
import type { CliCommand } from "./command.ts";
import { registerCompanies } from "./companies.ts";
import { registerCompletion } from "./completion.ts";
import { registerDashboard } from "./dashboard.ts";
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
import { registerPasswordChange } from "./password.ts";
import { registerProfiles } from "./profiles.ts";
import { registerSessions } from "./sessions.ts";
import { registerToken } from "./token.ts";
import { registerTokens } from "./tokens.ts";
import { registerTrustAdd } from "./trust/add.ts";
import { registerTrustManagement } from "./trust/manage.ts";
import { registerVersion } from "./version.ts";
import { registerWhoami } from "./whoami.ts";

const pipelinesTopic = "\n\nFor the steps, run: briksync help pipelines";

/** Adds all commands to the program, in the order of `briksync --help`. */
export function registerCommands(program: CliCommand): void {
  program.commandsGroup("API keys:");
  const keys = addGroup(program, "keys", "Create, restrict, rotate and revoke API keys").examples({
    "briksync keys create 'CRM Integration'": "Create a key and show its secret",
    "briksync keys allow-ip 'CRM Integration' --me": "Allow only your own IP address",
    "briksync keys rotate 'CRM Integration'": "Replace the secret of a key",
    "briksync keys list --unused-for 90d": "List keys that have been unused for 90 days",
  });
  registerKeysList(keys);
  registerKeysCreate(keys);
  registerKeysShow(keys);
  registerKeysRename(keys);
  registerKeysAllowIp(keys);
  registerKeysRotate(keys);
  registerKeysRevoke(keys);
  registerKeysVerify(keys);
  registerKeysInspect(keys);
  registerAudit(program);

  program.commandsGroup("Pipelines:");
  const trust = addGroup(program, "trust", "Let pipelines sign in without a password", pipelinesTopic).examples({
    "briksync trust add github acme/web --workflow rotate.yml \\\n    --environment prod --key CRM":
      "Trust the jobs of one workflow",
    "briksync trust log 'acme/web rotate.yml' --refused": "Find out why a job is refused",
  });
  registerTrustAdd(trust);
  registerTrustManagement(trust);
  const tokens = addGroup(
    program,
    "tokens",
    "Manage automation tokens, for systems such as Jenkins and cron",
    pipelinesTopic,
  ).examples({
    "briksync tokens create Jenkins --key CRM --expires 90d --to file:jenkins.token":
      "Create a token and write it to a file",
  });
  registerTokens(tokens);

  program.commandsGroup("Account:");
  registerLogin(program);
  registerLogout(program);
  registerWhoami(program);
  registerToken(program);

  const sessions = addGroup(program, "sessions", "List your sessions on all devices, and end them").examples({
    "briksync sessions list": "List your sessions. A star marks the session of this run",
    "briksync sessions end --others": "End all sessions except this one",
  });
  registerSessions(sessions);

  const password = addGroup(program, "password", "Change your password").examples({
    "briksync password change": "Change your password and answer the prompts",
  });
  registerPasswordChange(password);

  const companies = addGroup(program, "companies", "List your companies and switch between them").examples({
    "briksync companies list": "List your companies. A star marks the current one",
    "briksync companies use 'Acme Corp'": "Switch to another company",
  });
  registerCompanies(companies);

  const profiles = addGroup(program, "profiles", "List your profiles and choose the one to use").examples({
    "briksync profiles list": "List your profiles. A star marks the current one",
    "briksync profiles use work": "Use a profile by default",
  });
  registerProfiles(profiles);

  program.commandsGroup("Tools:");
  registerDashboard(program);
  registerDoctor(program);
  registerCompletion(program);
  registerVersion(program);
  program.helpCommand("help [command...]", "Show help for a command or topic (rotation, pipelines)");
}

/** Adds a command that contains other commands. Without one of them, it fails with a usage error that lists them. */
function addGroup(program: CliCommand, name: string, summary: string, more = ""): CliCommand {
  return program.command(name).summary(summary).description(`${summary}.${more}`).helpCommand(false);
}
