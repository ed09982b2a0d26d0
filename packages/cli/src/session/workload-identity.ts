import type { WorkloadIdentity } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { maskToken } from "../terminal/mask-secret.ts";

/**
 * Returns the option with which a client signs in as this job. Masks the platform's token and the server's token in the job
 * log. Reports when the run continues with another token.
 */
export function makeWorkloadIdentity(context: Context, trustId: string): WorkloadIdentity {
  let runTokens = 0;
  return {
    trustId,
    env: context.env,
    onToken({ kind, value }) {
      maskToken(context, value);
      if (kind === "id-token") return;
      runTokens += 1;
      if (runTokens === 1) return;
      context.io.writeStatus("The token of this job has expired or was ended. The run continues with a new one.");
    },
  };
}
