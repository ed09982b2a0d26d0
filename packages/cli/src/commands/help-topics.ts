import { formatSinkHelp } from "../sinks/sink-forms.ts";

// Lines of at most 80 columns, because they are not wrapped.
const rotation = `How to rotate the secret of a key

Immediate rotation (default):
  "briksync keys rotate KEY" replaces the secret immediately. The server refuses
  clients that still use the old secret. The CLI shows when and from where the
  key was last used, and asks for confirmation. Without a terminal, pass --yes.

  With --grace, the old secret keeps working for up to 7 days. A later rotation
  can end it earlier.

  If the run is interrupted, run the same command again within 24 hours on the
  same machine. The CLI shows the same new secret.

Delivery to destinations (--to):
  1. The CLI checks all destinations before it starts the rotation.
  2. The server creates a new secret. The old secret keeps working.
  3. The CLI delivers the new secret to each destination.
  4. The CLI asks the server whether it accepts the new secret. --verify-with
     runs your own check instead. --no-verify skips this step.
  5. With --wait-drained, the CLI waits until the old secret is unused.
  6. The server ends the old secret, immediately or after --grace. With
     --staged, both secrets keep working until you finish the rotation.

  If a step fails or is interrupted, both secrets keep working. The error lists
  which destination has which secret. Run the same command again to resume.

  One key needs no confirmation for its old secret. In these cases, the CLI asks
  first:
  - You rotate several keys. Without a terminal, pass --yes.
  - The rotation ends another secret that is in use. Without a terminal, the
    rotation continues and reports the secret.
  - A file or variable contains something other than a client secret of the key.
    Without a terminal, pass --overwrite.

  To rotate several keys, pass them all, or pass --older-than for all active
  keys whose secret is at least that old. Both require --to. With --keep-going,
  the CLI continues with the next key if one fails.

  In -o json, "endedSecrets" lists the secrets that the rotation ends in
  addition to the old one.

${formatSinkHelp()}

Rotation by hand (--staged without --to):
  --staged   Shows a new secret. The old one keeps working. The new secret
             expires after 24 hours if it is not used.
  --status   Lists the secrets that work, with their last use.
  --finish   Makes the new secret the only one.
  --abort    Ends the new secret. Add --force if it was used or delivered.

  A key can have three pending rotations. Choose one with --rotation.

Concurrent runs:
  Only one run at a time delivers a secret of a key. The server gives it a
  lease, which the run renews. Other runs, on this or other machines, wait for
  up to 5 minutes. Use --wait to change this time. With --wait 0, they fail
  immediately.

  A run that was killed can leave its lease behind. The lease expires after
  2 minutes by default. Use --take-over only when you know that the run has
  stopped.

Examples:
  # Replace the secret in a script
  SECRET=$(briksync keys rotate CRM --yes --secret-only)
  # Deliver the new secret first, and keep the old one for a day
  briksync keys rotate CRM --to env:.env#API_KEY --grace 24h
  # Verify the new secret with your own check
  briksync keys rotate CRM --to file:crm.key --verify-with ./check.sh
  # Rotate all keys whose secret is at least 90 days old
  briksync keys rotate --older-than 90d --to 'exec:./deploy {id}' --yes
  # Show a new secret and keep the old one working
  briksync keys rotate CRM --staged
  # See which secrets are still in use
  briksync keys rotate CRM --status
  # Finish when the old secret has been unused for 10 minutes
  briksync keys rotate CRM --finish --wait-drained 10m --yes
  # End the new secret instead
  briksync keys rotate CRM --abort --yes

See also: briksync keys rotate --help
`;

const pipelines = `How to sign in from a pipeline without a password

GitHub Actions, GitLab, Buildkite, CircleCI, Kubernetes:
  These platforms give each job a token that proves which pipeline it is. A
  trust names one pipeline and the keys that its jobs may rotate.

  1. As an admin, add a trust:
       briksync trust add github OWNER/REPO --workflow FILE \\
         --environment NAME --key KEY
  2. Add the lines that the command prints to the pipeline. They set
     BRIKSYNC_SERVER and BRIKSYNC_TRUST. No secret is stored.
  3. If the job is refused, run in the job:  briksync trust explain
     As an admin, see what was refused:      briksync trust log TRUST --refused

  With BRIKSYNC_TRUST, every command signs in with the token of the platform.
  The CLI never uses a password or another token instead. BRIKSYNC_SERVER must
  be the PUBLIC_URL of the server.

  The CLI requests the token from GitHub Actions and Buildkite. In Kubernetes,
  it reads /var/run/secrets/briksync/token. For other platforms, set
  BRIKSYNC_ID_TOKEN or BRIKSYNC_ID_TOKEN_FILE.

Jenkins, cron and other systems:
  1. As an admin, create an automation token, which expires:
       briksync tokens create NAME --key KEY --expires 90d --to file:PATH
  2. Store it as BRIKSYNC_TOKEN, or name its file in BRIKSYNC_TOKEN_FILE.
  3. Before it expires, replace it:
       briksync tokens rotate NAME --to file:PATH
     The old token works until the new one is used for the first time.

What a job may do:
  It sees the keys that are named for it, and rotates them with --to. It starts,
  finishes and aborts its own rotations. The server refuses everything else.

Replace a password in a pipeline (docs/migrate-pipelines.md has the details):
  1. List what the account of the pipeline does:
       briksync audit --actor EMAIL --since 30d
  2. Add a trust or create an automation token, as above.
  3. Let the job request its token, and run in it:
       briksync trust explain --trust ID
  4. Set BRIKSYNC_TRUST or BRIKSYNC_TOKEN in the pipeline. Remove BRIKSYNC_EMAIL
     and BRIKSYNC_PASSWORD.
  5. When every pipeline has run, check that nothing signs in with the password:
       briksync audit --actor EMAIL --action session.signed_in --since 7d
  6. Change the password of the account, or disable the account.

See also: briksync trust --help, briksync tokens --help
`;

/** The pages of `briksync help <topic>` that do not belong to one command. */
export const helpTopics: ReadonlyMap<string, string> = new Map([
  ["rotation", rotation],
  ["pipelines", pipelines],
]);

/** Returns the page for the words `help <topic>`, or undefined for other words. */
export function findHelpTopic([command, topic = ""]: readonly string[]): string | undefined {
  return command === "help" ? helpTopics.get(topic) : undefined;
}
