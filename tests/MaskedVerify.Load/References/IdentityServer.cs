using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Load.References;

/// <summary>
/// What many applications have: a user per number in ASP.NET Core Identity's Entity Framework store (SQLite, write-ahead log, every commit flushed), a token of its phone
/// provider as the code, and <c>ChangePhoneNumberAsync</c> as the check, which stores that the number is confirmed. It gives the code back instead of sending it. No
/// limits, no idempotency, no sealing: less than the product does.
/// </summary>
internal static class IdentityServer
{
    /// <summary>Serves until SIGTERM.</summary>
    public static async Task RunAsync(string databaseFile, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDbContextPool<Users>(options => options.UseSqlite($"Data Source={databaseFile}"));
        builder.Services.AddIdentityCore<IdentityUser>(options => options.User.AllowedUserNameCharacters = "+0123456789")
            .AddEntityFrameworkStores<Users>()
            .AddTokenProvider<PhoneNumberTokenProvider<IdentityUser>>(TokenOptions.DefaultPhoneProvider);
        await using var app = builder.Build();
        await PrepareAsync(app, cancellationToken);
        app.MapPost("/start", StartAsync);
        app.MapPost("/check", CheckAsync);
        await ReferenceHost.ServeAsync(app, cancellationToken);
    }

    private static async Task PrepareAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<Users>().Database;
        // Entity Framework makes the database with a write-ahead log; SQLite's default then flushes every commit.
        await database.EnsureCreatedAsync(cancellationToken);
    }

    private static async Task<IResult> StartAsync(StartBody body, UserManager<IdentityUser> users)
    {
        var user = await users.FindByNameAsync(body.PhoneNumber);
        if (user is null)
        {
            user = new IdentityUser(body.PhoneNumber) { PhoneNumber = body.PhoneNumber };
            if (!(await users.CreateAsync(user)).Succeeded)
                return TypedResults.Conflict();
        }

        return TypedResults.Ok(new Started(user.Id, await users.GenerateChangePhoneNumberTokenAsync(user, body.PhoneNumber)));
    }

    private static async Task<IResult> CheckAsync(CheckBody body, UserManager<IdentityUser> users)
    {
        var user = await users.FindByIdAsync(body.Id);
        return user is null
            ? TypedResults.NotFound()
            : TypedResults.Ok(new Checked((await users.ChangePhoneNumberAsync(user, body.PhoneNumber, body.Code)).Succeeded));
    }

    /// <summary>Identity's own tables.</summary>
    internal sealed class Users(DbContextOptions<Users> options) : IdentityUserContext<IdentityUser>(options);

    internal sealed record StartBody(string PhoneNumber);

    internal sealed record Started(string Id, string Code);

    internal sealed record CheckBody(string Id, string PhoneNumber, string Code);

    internal sealed record Checked(bool Valid);
}
