/** The argument that names one trust, with its help text. */
export const trustArgument = ["<trust>", "ID or unique name of the trust"] as const satisfies [string, string];
