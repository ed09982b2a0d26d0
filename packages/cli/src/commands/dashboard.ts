import type { Command } from "commander";
import { addExamples } from "./examples.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync dashboard` */
export function registerDashboard(parent: Command, run: RunAction): void {
  const command = parent
    .command("dashboard")
    .summary("Open the settings page of the server in the browser")
    .description(
      "Print the address of Settings → API Access on the server, and open it in the browser at a terminal. " +
        "BROWSER names another program to open it with. The page has its own sign-in.",
    )
    .option("--no-open", "Only print the address")
    .action(
      run<[], { readonly open: boolean }>(async (context, _args, { open }) =>
        (await import("../dashboard/open-dashboard.ts")).openDashboard(context, { mayOpen: open }),
      ),
    );
  addExamples(command, [
    ["briksync dashboard", "Open the page"],
    ["briksync dashboard --no-open", "Print its address"],
  ]);
}
