namespace Vantage.Host.People;

/// <summary>Reads accounts and tokens again every few seconds, where other processes change them too.</summary>
internal sealed partial class AccountRefresh(AccountBook book, TimeProvider time, ILogger<AccountRefresh> log) : BackgroundService
{
    /// <summary>For so long a token that was deleted, or a password that was changed, at one process may still count at another.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ReadAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        try
        {
            await book.LoadAsync(stopping);
        }
        catch (IOException failure)
        {
            NotRead(failure.Message); // Storage says so on /readyz as well; what is known stays good.
        }
    }

    [LoggerMessage(1501, LogLevel.Warning, "Accounts could not be read again: {Reason}")]
    private partial void NotRead(string reason);
}
