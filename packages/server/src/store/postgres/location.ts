/** TLS modes of libpq. `require` encrypts without verifying the server. */
export type TlsMode = "disable" | "require" | "verify-ca" | "verify-full";

/** Location of a PostgreSQL database, credentials, TLS, and the size of the connection pool. */
export interface PostgresLocation {
  readonly engine: "postgres";
  /** Host name, IP address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly tls: {
    readonly mode: TlsMode;
    /** PEM files. If undefined, uses the authorities of the system and no client certificate. */
    readonly authorityFile: string | undefined;
    readonly certificateFile: string | undefined;
    readonly keyFile: string | undefined;
  };
  readonly applicationName: string;
  readonly poolSize: number;
}
