import type { Command } from "commander";
import { addExamples } from "../examples.ts";
import type { RunAction } from "../run-action.ts";
import { trustArgument } from "./trust-argument.ts";

/** `briksync trust test` and `briksync trust explain` */
export function registerTrustJudgement(parent: Command, run: RunAction): void {
  const test = parent
    .command("test")
    .summary("Compare the claims of a token with a trust")
    .description(
      "Compare the claims of a token with a trust, claim by claim. The command changes nothing.\n\n" +
        "It exits with code 10 if the trust would refuse a job with these claims.",
    )
    .argument(...trustArgument)
    .requiredOption(
      "--claims <file>",
      "File with the claims as a JSON object, or with a token. Pass - to read standard input",
    )
    .action(
      run<[trust: string], { readonly claims: string }>(async (context, [trust], options) =>
        (await import("../../trusts/judge-claims.ts")).testTrust(context, trust, options),
      ),
    );
  addExamples(test, [["briksync trust test 'acme/web rotate.yml' --claims claims.json", "Test the claims in a file"]]);

  const explain = parent
    .command("explain")
    .summary("Explain in a job whether a trust allows it")
    .description(
      "Show the claims of the job that runs this command, and whether the trust in BRIKSYNC_TRUST allows them. The command does not " +
        "use the platform's token up, and it does not show the values that the trust expects.\n\n" +
        "It exits with code 10 if the trust would refuse the job.",
    )
    .option("--trust <id>", "ID of the trust (env: BRIKSYNC_TRUST)")
    .action(
      run<[], { readonly trust?: string }>(async (context, _args, options) =>
        (await import("../../trusts/judge-claims.ts")).explainTrust(context, options),
      ),
    );
  addExamples(explain, [["briksync trust explain", "Find out in a job why it is refused"]]);
}
