import { CliError } from "../errors/cli-error.ts";
import type { ListViewOptions } from "../terminal/list-view.ts";
import type { CliCommand } from "./command.ts";
import { parseCountOption } from "./parse-options.ts";
import { pickArgument } from "./pick-argument.ts";

/** Registers `briksync sessions list` and `end`. */
export function registerSessions(parent: CliCommand): void {
  parent
    .command("list")
    .alias("ls")
    .summary("List your sessions on all devices")
    .description(
      "List your sessions that still work, on all devices and for all your companies. A star marks the session of this run. " +
        "The last use is the sign-in or the last refresh of the tokens.\n\n" +
        "Fields: current, client, openedWith, ip, lastUsedOn, company, hostName, createdOn, expiresOn, id.",
    )
    .listOptions("the client, the host name, the IP address, the company or the ID")
    .option("--limit <count>", "Maximum number of sessions (default: no limit)", parseCountOption(1_000_000))
    .examples({
      "briksync sessions list": "List your sessions, newest use first",
      "briksync sessions list --search laptop": "Find the sessions of a device",
      "briksync sessions list -o json": "Print all sessions as JSON, with exact times",
    })
    .runs<[], ListViewOptions>(async (context, _args, options) =>
      (await import("../session/manage-sessions.ts")).listSessions(context, options),
    );

  const command: CliCommand = parent
    .command("end")
    .summary("End one of your sessions, or all others")
    .description(
      "End one of your sessions. The server refuses its tokens from then on. If it is the session of this run, this signs " +
        "you out.\n\n" +
        "The CLI asks for confirmation. Without a terminal, pass --yes.",
    )
    .argument(
      "[session]",
      "ID of the session, or its host name or client if only one has it. At a terminal, you can choose one",
    )
    .option("--others", "End all your sessions except the one of this run, and sign-ins that are not finished")
    .examples({
      "briksync sessions end old-laptop": "End the session of a device by its host name",
      "briksync sessions end --others": "End all sessions except this one",
      "briksync sessions end --others --yes": "Do the same in a script",
    })
    .runs<[session?: string], { others?: boolean }>(async (context, [given], options) => {
      const { endOtherSessions, endSession } = await import("../session/manage-sessions.ts");
      if (options.others !== true) {
        return pickArgument(context, command, "session", [given], (session) => endSession(context, session));
      }
      if (given !== undefined) {
        throw new CliError("USAGE", "--others cannot be combined with a session.", {
          hint: "To end one session, leave out --others.",
        });
      }
      return endOtherSessions(context);
    });
}
