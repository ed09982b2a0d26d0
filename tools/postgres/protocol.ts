/**
 * Options of a new server. `files` are written to its data directory, readable only by the server. `copyOf` is the
 * folder of a stopped server, whose standby the new one becomes. Without it, the new server is empty.
 */
export interface KeeperSettings {
  readonly password: string;
  readonly copyOf: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** A line on the stdin of the keeper. */
export type KeeperOrder =
  | { readonly do: "create"; readonly settings: KeeperSettings }
  | { readonly do: "start"; readonly asStandby: boolean }
  | { readonly do: "stop" }
  | { readonly do: "crash" };

/** The line that the keeper prints after a command. */
export type KeeperAnswer =
  | { readonly ok: true; readonly port: number; readonly folder: string }
  | { readonly ok: false; readonly message: string };
