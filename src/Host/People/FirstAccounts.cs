using Vantage.Actors.People;
using Vantage.Host.Settings;
using Vantage.Host.Startup;

namespace Vantage.Host.People;

/// <summary>Before the first request: loads the accounts, makes the first administrator, and keeps demonstration and real data apart.</summary>
internal sealed class FirstAccounts(
    AccountBook book, IAccounts accounts, SignIn signIn, HostSettings settings, StartupOutput output) : IHostedService
{
    private const string KindOfData = "data.kind";
    private const string FirstStart = "first.start";
    private const int LooksForTheFirst = 100;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await book.LoadAsync(cancellationToken);
        await CheckKindOfDataAsync(cancellationToken);
        if (settings.Demo)
        {
            foreach (var (user, name, post) in DemoPosts.All.Where(post => book.FindAccount(post.User) is null))
            {
                await book.SaveAsync(new Account(user, name, post, signIn.Hash(Secrets.NewPassword()), 0, null), cancellationToken);
            }
        }

        if (!book.Accounts.Any(account => !DemoPosts.Has(account.User)) && await IsFirstAsync(cancellationToken))
        {
            var password = settings.AdminPassword ?? Secrets.NewPassword();
            await book.SaveAsync(new Account("admin", "系统管理员", "admin", signIn.Hash(password), 0, null), cancellationToken);
            if (settings.AdminPassword is null)
            {
                output.Line($"First start: sign in as admin with the password {password} (shown this once).");
            }
        }
    }

    /// <summary>Of processes that start at once on one database, one makes the administrator, and prints the password.</summary>
    private async Task<bool> IsFirstAsync(CancellationToken cancelled)
    {
        if (settings.Database is null)
        {
            return true; // One process has the folder, and an administrator whose account was lost is made anew.
        }

        var mark = Guid.NewGuid().ToString();
        if (await accounts.KeepSettingAsync(FirstStart, mark, cancelled) == mark)
        {
            return true;
        }

        // Another is about to, and who signs in here must be known here. Should that one have died on the way, it is this one's to do.
        for (var i = 0; i < LooksForTheFirst; i++)
        {
            await book.LoadAsync(cancelled);
            if (book.Accounts.Any(account => !DemoPosts.Has(account.User)))
            {
                return false;
            }

            await Task.Delay(LookEvery, cancelled);
        }

        return true;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="StartRefusedException">The folder holds the other kind of data.</exception>
    private async Task CheckKindOfDataAsync(CancellationToken cancelled)
    {
        var wanted = settings.Demo ? "demo" : "real";
        var found = await accounts.ReadSettingAsync(KindOfData, cancelled);
        if (found is null && settings.Demo && book.Accounts.Count > 0)
        {
            found = "real"; // Accounts without a marker: somebody's installation.
        }

        if (found is not null && found != wanted)
        {
            throw new StartRefusedException(settings.Demo
                ? $"{settings.DataName} holds real data: the demonstration will not touch it. Give another folder with --data."
                : $"{settings.DataName} holds demonstration data. Start with --demo, or give another folder with --data.");
        }

        if (found is null)
        {
            await accounts.KeepSettingAsync(KindOfData, wanted, cancelled);
        }
    }
}
