/**
 * What a new server is made with. `files` are written beside its data, readable by it only. `copyOf` is the folder of a stopped
 * one, whose standby it becomes; else it starts empty.
 */
export interface KeeperSettings {
  readonly password: string;
  readonly copyOf: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** One line on the keeper's stdin. */
export type KeeperOrder =
  | { readonly do: "create"; readonly settings: KeeperSettings }
  | { readonly do: "start"; readonly asStandby: boolean }
  | { readonly do: "stop" }
  | { readonly do: "crash" };

/** The one line with which the keeper answers an order. */
export type KeeperAnswer =
  | { readonly ok: true; readonly port: number; readonly folder: string }
  | { readonly ok: false; readonly message: string };
