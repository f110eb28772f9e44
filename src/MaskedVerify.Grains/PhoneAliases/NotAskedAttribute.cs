namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Marks a member of a command that the vault adds, or that follows from the others: the caller cannot ask for it, so it tells no two requests apart.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotAskedAttribute : Attribute;
