/** With PostgreSQL, the secrets must be set, because there is no file next to the database. */
export const postgresSecrets = {
  BRIKSYNC_JWT_SECRET: "a signing secret of more than 32 bytes",
  BRIKSYNC_KEY_PEPPER: "a pepper of more than thirty-two bytes",
} as const;
