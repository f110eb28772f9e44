using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy;

/// <summary>Checks the annotations of <see cref="PrivacyOptions"/>; generated, reports all mistakes at once.</summary>
[OptionsValidator]
internal sealed partial class PrivacyOptionsValidator : IValidateOptions<PrivacyOptions>;
