using System.Collections.Concurrent;
using Vantage.Actors;
using Vantage.Actors.Incidents;
using Vantage.Actors.Runtime;
using Vantage.Actors.Units;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Sessions;
using Vantage.Host.Situations;

namespace Vantage.Host.Incidents;

/// <summary>
/// Looks twice a second for orders about which something is still to be done: tells units' terminals of them (ORD-6), and frees units whose incident is
/// closed (ORD-5). All of it follows from what is recorded, so that nothing is lost with a process.
/// </summary>
/// <remarks>Of several processes, the one that a terminal is connected to tells it.</remarks>
internal sealed partial class OrderRounds(
    Situation situation, Jt808Gateway gateway, Readiness readiness, TimeProvider time, ILogger<OrderRounds> log) : BackgroundService
{
    /// <summary>Characters of a text to a terminal: it shows some lines, and takes 1024 bytes.</summary>
    private const int MaxText = 500;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>A terminal that did not take a text is not asked again before.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    /// <summary>Whoever closes an incident frees its units; only what that left behind is done here.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>A driver who was called back yesterday knows.</summary>
    private static readonly TimeSpan RecallFor = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<(string Unit, int Number, OrderStep Step), DateTimeOffset> _restUntil = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (readiness.WaitingFor is null)
                {
                    Look(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private void Look(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        foreach (var old in _restUntil.Where(rest => rest.Value <= now))
        {
            _restUntil.TryRemove(old);
        }

        foreach (var order in situation.Incidents.Pending)
        {
            if (situation.Incidents.Find(order.Incident) is not { } incident || !ActorId.TryParse(order.Unit, out var id)
                || !situation.Units.TryGet(id, out var unit))
            {
                continue;
            }

            var isLeftBehind = order.IsOpen && incident.Closed is { } closed && now - closed.At > Grace;
            var mustBeTold = order.IsOpen ? order.Step == OrderStep.Given && incident.IsOpen : now - order.Moments[^1].At < RecallFor;
            if ((isLeftBehind || (mustBeTold && TerminalOf(unit) is not null)) && _restUntil.TryAdd((order.Unit, order.Number, order.Step), now + Rest))
            {
                _ = SafelyAsync(unit, isLeftBehind ? FreeAsync(unit, order, stopping) : TellAsync(unit, incident, order, stopping), stopping);
            }
        }
    }

    private async Task SafelyAsync(UnitInfo unit, Task work, CancellationToken stopping)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops; the next start goes on from what is recorded.
        }
#pragma warning disable CA1031 // Whatever it was, it is tried again after a rest.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            Failed(failed, unit.Id);
        }
    }

    private Task<OrderReceipt> FreeAsync(UnitInfo unit, UnitOrder order, CancellationToken stopping)
        => situation.ChangeOrderAsync(unit.Id, new ReleaseOrder(order.Incident), Origin.System, stopping);

    private async Task TellAsync(UnitInfo unit, Incident incident, UnitOrder order, CancellationToken stopping)
    {
        var (text, step) = order.IsOpen ? (OrderText(incident, order), OrderStep.Delivered) : (RecallText(incident), OrderStep.Recalled);
        if (TerminalOf(unit) is { } terminal && await gateway.Sessions.SendTextAsync(terminal, text, stopping) == Jt808CommandOutcome.Ok)
        {
            await situation.ChangeOrderAsync(unit.Id, new StepOrder(order.Number, step, null), Origin.System, stopping);
        }
    }

    private Jt808Phone? TerminalOf(UnitInfo unit)
    {
        foreach (var device in unit.Devices)
        {
            if (device.Protocol == Jt808Gateway.Protocol && Jt808Phone.TryParse(device.Key, out var phone) && gateway.Sessions.IsConnected(phone))
            {
                return phone;
            }
        }

        return null;
    }

    private static string OrderText(Incident incident, UnitOrder order)
    {
        var reported = incident.Reported;
        return Cut($"【指令】{reported.Title}{With("，", reported.Address)}{With("。", order.Moments[0].Note ?? reported.Note)}（事件{incident.Key}）");
    }

    private static string RecallText(Incident incident) => Cut($"【撤销】{incident.Reported.Title}：指令已撤销，无需前往。（事件{incident.Key}）");

    private static string With(string mark, string? text) => text is null ? "" : mark + text;

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];

    [LoggerMessage(1601, LogLevel.Error, "An order of {Unit} could not be carried on; it is tried again.")]
    private partial void Failed(Exception failed, ActorId unit);
}
