/** How the connection to PostgreSQL is secured, in libpq's words: `require` encrypts without knowing to whom. */
export type TlsMode = "disable" | "require" | "verify-ca" | "verify-full";

/** Which PostgreSQL, as whom, how secured, and how many connections this process may hold. */
export interface PostgresLocation {
  readonly engine: "postgres";
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly tls: {
    readonly mode: TlsMode;
    /** Files in PEM; undefined: the system's authorities, and no certificate of our own. */
    readonly authorityFile: string | undefined;
    readonly certificateFile: string | undefined;
    readonly keyFile: string | undefined;
  };
  readonly applicationName: string;
  readonly poolSize: number;
}
