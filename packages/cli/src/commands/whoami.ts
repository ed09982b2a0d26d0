import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import { printRecord } from "../output/print-record.ts";
import type { RunAction } from "../run-action.ts";

/** `briksync whoami` */
export function registerWhoami(parent: Command, run: RunAction): void {
  const command = parent
    .command("whoami")
    .description("Show who you are, where your token comes from and where it is kept")
    .action(
      run(
        async (context) => {
          const client = await context.client();
          const session = await client.auth.getSession({ signal: context.signal });
          await printRecord(context, { json: session, id: session.user.id, fields: [] });
        },
        { reportsRefusedSession: true },
      ),
    );
  addExamples(command, [["briksync whoami", "name, company, plan, token"]]);
}
