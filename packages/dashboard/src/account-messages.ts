/** Texts of the account. */
export const accountMessages = {
  email: "Email",
  name: "Name",
  companies: "Companies",
  companiesHint: "You see and manage the keys of one company at a time.",
  roles: ["Super Admin", "Admin", "Member"],
  current: "Current",
  switch: "Switch",
  switchTo: (name: string): string => `Switch to ${name}`,
  password: "Password",
  passwordHint: "A new password signs you out everywhere else.",
  currentPassword: "Current password",
  newPassword: "New password",
  showPasswords: "Show the passwords",
  changePassword: "Change password",
  passwordChanged: "Your password is changed. You are signed out everywhere else.",
  sessions: "Sign out",
  sessionsHint:
    "“Sign out everywhere” ends your sessions in all browsers and in the CLI, also this one. API keys keep working.",
  signOut: "Sign out",
  signOutEverywhere: "Sign out everywhere",
} as const;
